-- reminders: the appointments, of any status, that start on the searched days.
--
-- Parameters
--   first            first day, 'YYYY-MM-DD' (practice-local, as Beginn is)
--   end              the day after the last one, 'YYYY-MM-DD'
--   default_mandant  MandantId that pays for patients without any treatment, or NULL
--   first_day, end_day  the same days 'YYYYMMDD', for the raw column Tag of any type
--   active_since     NULL
-- Ordered by Beginn, TerminId. A day alone sorts before every time of that day, as text and as datetime2.
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
        Beginn >= :first AND Beginn < :end
        -- if Termin.Tag
        AND Tag >= :first_day AND Tag < :end_day
),
