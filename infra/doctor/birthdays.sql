-- birthdays: dates of birth that several patients have, the most frequent first. Both engines.
SELECT SUBSTRING(CAST(Geburtsdatum AS nvarchar(30)), 1, 10) AS Tag, COUNT(*) AS Patienten
FROM vitosms.Patient
WHERE Geburtsdatum IS NOT NULL
GROUP BY SUBSTRING(CAST(Geburtsdatum AS nvarchar(30)), 1, 10)
HAVING COUNT(*) >= 5
ORDER BY 2 DESC, 1
