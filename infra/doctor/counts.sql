-- counts: how many rows each view has. Both engines.
SELECT 'Mandant' AS Sicht, COUNT(*) AS Zeilen FROM vitosms.Mandant
UNION ALL
SELECT 'Patient', COUNT(*) FROM vitosms.Patient
UNION ALL
SELECT 'Behandlung', COUNT(*) FROM vitosms.Behandlung
UNION ALL
SELECT 'Termin', COUNT(*) FROM vitosms.Termin
