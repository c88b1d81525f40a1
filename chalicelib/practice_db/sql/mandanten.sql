-- mandanten: all Mandanten with the data for their setup: licence number and senders.
SELECT m.MandantId, m.Name, m.Lizenznummer, m.AbsenderSMS, m.AbsenderEMail, m.Telefon
FROM vitosms.Mandant m
ORDER BY m.MandantId
