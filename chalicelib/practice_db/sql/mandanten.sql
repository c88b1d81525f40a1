-- mandanten: all Mandanten with the data for their setup: licence number and senders.
SELECT
    CAST(m.MandantId AS nvarchar(400)) AS MandantId, CAST(m.Name AS nvarchar(400)) AS Name,
    CAST(m.Lizenznummer AS nvarchar(400)) AS Lizenznummer, CAST(m.AbsenderSMS AS nvarchar(400)) AS AbsenderSMS,
    CAST(m.AbsenderEMail AS nvarchar(400)) AS AbsenderEMail, CAST(m.Telefon AS nvarchar(400)) AS Telefon
FROM vitosms.Mandant m
ORDER BY m.MandantId
