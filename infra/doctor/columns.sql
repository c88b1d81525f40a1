-- columns: the columns that the login sees in the schema vitosms, with their types. SQL Server only.
--
-- `Codepage` says which letters a varchar can hold.
SELECT
    TABLE_NAME AS Sicht, COLUMN_NAME AS Spalte, DATA_TYPE AS Typ, COLLATION_NAME AS Sortierung,
    CASE WHEN DATA_TYPE IN (N'varchar', N'char') THEN COLLATIONPROPERTY(COLLATION_NAME, N'CodePage') END AS Codepage
FROM INFORMATION_SCHEMA.COLUMNS
WHERE TABLE_SCHEMA = N'vitosms'
ORDER BY TABLE_NAME, ORDINAL_POSITION
