-- birthdays: the patients whose date of birth has one of the given month-days.
--
-- Parameters
--   month_days       list of 'MM-DD'; on 28 February of a common year 02-28 and 02-29
--   default_mandant  MandantId that pays for patients without any treatment, or NULL
--   active_since     day 'YYYY-MM-DD' since when appointments count, or NULL
-- Ordered by PatientId. The columns of an appointment are NULL. Both engines write a date as 'YYYY-MM-DD'.
--
-- What follows "Wanted" is in candidates.sql.
WITH Wanted AS (
    SELECT DISTINCT
        'birthday' AS Art, CAST(NULL AS nvarchar(64)) AS TerminId, CAST(NULL AS datetime2) AS Beginn,
        CAST(NULL AS nvarchar(64)) AS Status, CAST(NULL AS nvarchar(64)) AS Behandler,
        CAST(NULL AS nvarchar(64)) AS Ort, CAST(NULL AS nvarchar(64)) AS Besuchsgrund,
        -- if Termin.MandantId
        CAST(NULL AS nvarchar(64)) AS TerminMandantId,
        -- if Termin.PatientSchluessel
        PatientSchluessel,
        PatientId
    FROM vitosms.Patient
    WHERE SUBSTRING(CAST(Geburtsdatum AS nvarchar(30)), 6, 5) IN (:month_days)
),
