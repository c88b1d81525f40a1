-- recheck: the current rows of appointments and patients that were prepared earlier.
--
-- Parameters (up to 1,000 ids together)
--   appointment_ids  list of TerminId
--   patient_ids      list of PatientId, for birthday greetings
--   default_mandant  MandantId that pays for patients without any treatment, or NULL
--   active_since     day 'YYYY-MM-DD' since when appointments of the patients count, or NULL
-- Ordered: appointments by Beginn, TerminId; then patients by PatientId. Deleted ones have no row.
--
-- What follows "Wanted" is in candidates.sql.
WITH Wanted AS (
    SELECT
        'reminder' AS Art, TerminId, Beginn, Status, Behandler, Ort, Besuchsgrund,
        -- if Termin.MandantId
        MandantId AS TerminMandantId,
        -- if Termin.PatientSchluessel
        PatientSchluessel,
        PatientId
    FROM vitosms.Termin
    WHERE
        TerminId IN (:appointment_ids)
        -- if Termin.PatientSchluessel
        AND TerminSchluessel IN (:appointment_ids)
    UNION ALL
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
    WHERE
        PatientId IN (:patient_ids)
        -- if Termin.PatientSchluessel
        AND PatientSchluessel IN (:patient_ids)
),
