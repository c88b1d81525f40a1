-- mandanten: all Mandanten with what an operator sets up for them: licence number and senders.
SELECT m.MandantId, m.Name, m.Lizenznummer, m.AbsenderSMS, m.AbsenderEMail, m.Telefon
FROM vitosms.Mandant m
ORDER BY m.MandantId
