-- definitive: the definitive appointments that start on some days, counted by the database itself.
--
-- The reconciliation of a day is compared with it, so it shares nothing with the other statements. A status counts in
-- any case, with any blanks around it.
--
-- Parameters
--   first    first day, 'YYYY-MM-DD' (practice-local, as Beginn is)
--   end      the day after the last one, 'YYYY-MM-DD'
--   first_day, end_day  the same days 'YYYYMMDD', for the raw column Tag of any type
--   tab, cr, lf, nbsp  these characters
SELECT CAST(TerminId AS nvarchar(400)) AS TerminId, Beginn, COUNT(*) AS Anzahl
FROM vitosms.Termin
WHERE
    Beginn >= :first AND Beginn < :end
    -- if Termin.Tag
    AND Tag >= :first_day AND Tag < :end_day
    AND LOWER(LTRIM(RTRIM(
        REPLACE(REPLACE(REPLACE(REPLACE(Status, :tab, ' '), :cr, ' '), :lf, ' '), :nbsp, ' ')
    ))) = 'definitiv'
GROUP BY TerminId, Beginn
ORDER BY Beginn, TerminId
