-- find: the patients that a person may mean, at most 51: one more than is shown.
--
-- A line behind "if words" and the like is left out if nobody asks for that, so that keys alone are found without reading
-- every patient. Names are compared as the collation of the columns does: SQL Server mostly ignores case and keeps
-- accents apart, SQLite ignores the case of a to z only.
--
-- Parameters
--   numbers  list of PatientId
--   born     date of birth 'YYYY-MM-DD'
--   digits   LIKE pattern of a telephone number without its separators; a column each, for collations may differ
--   word_1 … word_4  LIKE patterns with the escape character \; each is in the last or the first name
--   mandanten, practitioners  lists, in lower case the latter: only patients whom one of each has treated or will see,
--            and of their appointments only those of one of each; without a Mandant, if no other one has treated them
--   moment   practice-local time 'YYYY-MM-DD HH:MM:SS', for the next definitive appointment
--   nbsp, quote  these characters, which separate digits like blanks and apostrophes
-- Ordered by name and PatientId.
WITH Found AS (
    SELECT
        PatientId, Nachname, Vorname, Geburtsdatum, Sterbedatum, Mobiltelefon,
        -- if Patient.TelefonPrivat
        TelefonPrivat,
        -- if Patient.TelefonGeschaeft
        TelefonGeschaeft,
        -- if Termin.PatientSchluessel
        PatientSchluessel,
        ROW_NUMBER() OVER (ORDER BY Nachname, Vorname, PatientId) AS Place
    FROM vitosms.Patient
    WHERE
        1 = 1
        AND (
        PatientId IN (:numbers)
        -- if only_numbers Termin.PatientSchluessel
        AND PatientSchluessel IN (:numbers)
        -- if born
        OR SUBSTRING(CAST(Geburtsdatum AS nvarchar(30)), 1, 10) = :born
        -- if digits
        OR REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(Mobiltelefon, ' ', ''), '-', ''), '.', ''), '/', ''), '(', ''), ')', ''), '''', ''), :nbsp, ''), :quote, '') LIKE :digits
        -- if digits Patient.TelefonPrivat
        OR REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(TelefonPrivat, ' ', ''), '-', ''), '.', ''), '/', ''), '(', ''), ')', ''), '''', ''), :nbsp, ''), :quote, '') LIKE :digits
        -- if digits Patient.TelefonGeschaeft
        OR REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(TelefonGeschaeft, ' ', ''), '-', ''), '.', ''), '/', ''), '(', ''), ')', ''), '''', ''), :nbsp, ''), :quote, '') LIKE :digits
        -- if words
        OR (
            -- if words
            (Nachname LIKE :word_1 ESCAPE '\' OR Vorname LIKE :word_1 ESCAPE '\')
            -- if words
            AND (Nachname LIKE :word_2 ESCAPE '\' OR Vorname LIKE :word_2 ESCAPE '\')
            -- if words
            AND (Nachname LIKE :word_3 ESCAPE '\' OR Vorname LIKE :word_3 ESCAPE '\')
            -- if words
            AND (Nachname LIKE :word_4 ESCAPE '\' OR Vorname LIKE :word_4 ESCAPE '\')
        -- if words
        )
        )
    -- if mandanten
    AND (PatientId IN (SELECT PatientId FROM vitosms.Behandlung WHERE MandantId IN (:mandanten))
    -- if mandanten Termin.MandantId
    OR PatientId IN (SELECT PatientId FROM vitosms.Termin WHERE MandantId IN (:mandanten))
    -- if mandanten
    )
    -- if practitioners
    AND PatientId IN (SELECT PatientId FROM vitosms.Termin WHERE LOWER(LTRIM(RTRIM(Behandler))) IN (:practitioners))
)
SELECT
    CAST(PatientId AS nvarchar(400)) AS PatientId, CAST(Nachname AS nvarchar(400)) AS Nachname,
    CAST(Vorname AS nvarchar(400)) AS Vorname, Geburtsdatum, Sterbedatum,
    CAST(Mobiltelefon AS nvarchar(400)) AS Mobiltelefon,
    -- if Patient.TelefonPrivat
    CAST(TelefonPrivat AS nvarchar(400)) AS TelefonPrivat,
    -- if Patient.TelefonGeschaeft
    CAST(TelefonGeschaeft AS nvarchar(400)) AS TelefonGeschaeft,
    (
        SELECT MIN(Termin.Beginn)
        FROM vitosms.Termin AS Termin
        WHERE
            Termin.PatientId = Found.PatientId AND Termin.Beginn >= :moment
            -- if Termin.PatientSchluessel
            AND Termin.PatientSchluessel = Found.PatientSchluessel
            AND LOWER(LTRIM(RTRIM(Termin.Status))) = 'definitiv'
            -- if mandanten
            AND (NOT EXISTS (SELECT 1 FROM vitosms.Behandlung AS Other WHERE Other.PatientId = Found.PatientId AND Other.MandantId NOT IN (:mandanten))
            -- if mandanten Termin.MandantId
            AND Termin.MandantId IS NULL OR Termin.MandantId IN (:mandanten)
            -- if mandanten
            )
            -- if practitioners
            AND LOWER(LTRIM(RTRIM(Termin.Behandler))) IN (:practitioners)
    ) AS NaechsterTermin
FROM Found
WHERE Place <= 51
ORDER BY Place
