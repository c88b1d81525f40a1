-- patient: everything about one patient: appointments, and the row of the birthday.
--
-- Parameters
--   patient          PatientId
--   first            day 'YYYY-MM-DD' from which appointments start (practice-local, as Beginn is)
--   default_mandant  MandantId that pays for patients without any treatment, or NULL
--   active_since     day 'YYYY-MM-DD' since when appointments count, or NULL
-- Ordered: appointments of any status by Beginn, TerminId, those without a Beginn among them; then the patient's own
-- row, if there is one.
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
        PatientId = :patient AND (Beginn >= :first OR Beginn IS NULL)
        -- if Termin.PatientSchluessel
        AND PatientSchluessel = :patient
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
        PatientId = :patient
        -- if Termin.PatientSchluessel
        AND PatientSchluessel = :patient
),
