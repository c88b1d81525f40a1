-- rights: what the login may do beyond reading the four views, without trying any of it. SQL Server only.
--
-- `Wo` is Datenbank, or Objekt where it may do so on one table, view or procedure at least. A right counts wherever it
-- comes from, a role or PUBLIC too; a procedure writes with the rights of its owner.
SELECT Rechte.Recht, 'Datenbank' AS Wo
FROM (
    SELECT N'SELECT' AS Recht UNION ALL SELECT N'INSERT' UNION ALL SELECT N'UPDATE' UNION ALL SELECT N'DELETE'
    UNION ALL SELECT N'EXECUTE' UNION ALL SELECT N'ALTER' UNION ALL SELECT N'CONTROL' UNION ALL SELECT N'CREATE TABLE'
) AS Rechte
WHERE HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), N'DATABASE', Rechte.Recht) = 1
UNION ALL
SELECT DISTINCT Rechte.Recht, 'Objekt' AS Wo
FROM sys.objects AS Objekt
CROSS JOIN (
    SELECT N'SELECT' AS Recht UNION ALL SELECT N'INSERT' UNION ALL SELECT N'UPDATE' UNION ALL SELECT N'DELETE'
    UNION ALL SELECT N'EXECUTE' UNION ALL SELECT N'ALTER'
) AS Rechte
WHERE Objekt.type IN ('U', 'V', 'P')
    AND Objekt.is_ms_shipped = 0
    AND NOT (Rechte.Recht = N'SELECT' AND SCHEMA_NAME(Objekt.schema_id) = N'vitosms')
    AND HAS_PERMS_BY_NAME(
        CONCAT(QUOTENAME(SCHEMA_NAME(Objekt.schema_id)), N'.', QUOTENAME(Objekt.name)), N'OBJECT', Rechte.Recht
    ) = 1
