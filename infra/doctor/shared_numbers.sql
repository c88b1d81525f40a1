-- shared_numbers: how many mobile numbers several living patients have, and how many patients have one. Both engines.
-- A Swiss number is the same with +41, 0041 or 0 before it.
SELECT COUNT(*) AS Nummern, SUM(Anzahl) AS Patienten
FROM (
    SELECT COUNT(DISTINCT PatientId) AS Anzahl
    FROM (
        SELECT PatientId, CASE WHEN Nummer LIKE '0%' THEN SUBSTRING(Nummer, 2, 64) ELSE Nummer END AS Nummer
        FROM (
            SELECT
                PatientId,
                CASE
                    WHEN Nummer LIKE '+41%' THEN SUBSTRING(Nummer, 4, 64)
                    WHEN Nummer LIKE '0041%' THEN SUBSTRING(Nummer, 5, 64)
                    ELSE Nummer
                END AS Nummer
            FROM (
                SELECT
                    PatientId,
                    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
                        Mobiltelefon, ' ', ''), '-', ''), '.', ''), '/', ''), '(', ''), ')', ''), '''', ''
                    ) AS Nummer
                FROM vitosms.Patient
                WHERE Sterbedatum IS NULL
            ) AS Written
        ) AS National
    ) AS Bare
    WHERE Nummer <> ''
    GROUP BY Nummer
    HAVING COUNT(DISTINCT PatientId) > 1
) AS Shared
