-- columns: the columns that the login sees in the schema vitosms, with their types. SQL Server only.
SELECT TABLE_NAME AS Sicht, COLUMN_NAME AS Spalte, DATA_TYPE AS Typ, COLLATION_NAME AS Sortierung
FROM INFORMATION_SCHEMA.COLUMNS
WHERE TABLE_SCHEMA = N'vitosms'
ORDER BY TABLE_NAME, ORDINAL_POSITION
