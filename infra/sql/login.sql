/*
  Das Login, mit dem der Dienst liest: nur die vier Sichten, nur lesend. In der Datenbank der Praxis ausführen,
  nach views.sql und als Mitglied von securityadmin und db_owner:

    sqlcmd -S SERVER -d DATENBANK -E -b -f 65001 -i login.sql

  Das Passwort kommt als sqlcmd-Variable «Passwort», am besten aus der gleichnamigen Umgebungsvariablen (so steht es
  in keinem Befehlsverlauf). Kein Hochkomma im Passwort verwenden. Nochmals ausgeführt, setzt das Skript das
  Passwort neu, entsperrt das Login und verbindet den Benutzer wieder mit ihm. Am Ende steht die Sitzung in master.

  Azure SQL-Datenbank: statt dieses Skripts in der Datenbank der Praxis (nicht in master) einen Benutzer ohne Login
  anlegen:  CREATE USER vitosms_leser WITH PASSWORD = N'…', DEFAULT_SCHEMA = vitosms;
            GRANT SELECT ON SCHEMA::vitosms TO vitosms_leser;
  und zum Wechseln des Passworts:  ALTER USER vitosms_leser WITH PASSWORD = N'…';
  Amazon RDS: Die letzte Anweisung lehnt der Server ab; dort tut es msdb.dbo.rds_manage_view_db_permission.
*/

-- Ohne Ablauf: Ein abgelaufenes Passwort hielte die Erinnerungen an. Gewechselt wird es nach Plan, mit diesem Skript.
IF SUSER_ID(N'vitosms_leser') IS NULL
    CREATE LOGIN vitosms_leser WITH PASSWORD = N'$(Passwort)', CHECK_POLICY = ON, CHECK_EXPIRATION = OFF;
ELSE
    ALTER LOGIN vitosms_leser WITH PASSWORD = N'$(Passwort)' UNLOCK;
GO
IF DATABASE_PRINCIPAL_ID(N'vitosms_leser') IS NULL
    CREATE USER vitosms_leser FOR LOGIN vitosms_leser WITH DEFAULT_SCHEMA = vitosms;
ELSE  -- nach einer Wiederherstellung auf einem anderen Server gehört der Benutzer zu keinem Login mehr
    ALTER USER vitosms_leser WITH LOGIN = vitosms_leser, DEFAULT_SCHEMA = vitosms;
GO
-- Kein Recht auf den Tabellen: Die Sichten haben denselben Besitzer, das genügt.
GRANT SELECT ON SCHEMA::vitosms TO vitosms_leser;
GO
-- Zur Kontrolle: alles, was das Login in dieser Datenbank sieht. Es sollen genau die vier Sichten sein. Ist es mehr, so
-- hat jemand der Rolle public Rechte gegeben; dann hilft  DENY SELECT, INSERT, UPDATE, DELETE, EXECUTE ON SCHEMA::dbo
-- TO vitosms_leser:  Die Sichten lesen trotzdem, denn zwischen gleichen Besitzern wird nicht nochmals gefragt.
EXECUTE AS USER = N'vitosms_leser';
SELECT SCHEMA_NAME(o.schema_id) AS [Schema], o.name AS Name, o.type_desc AS Art
FROM sys.objects AS o
WHERE o.is_ms_shipped = 0;
REVERT;
GO
-- Jedes Login sieht sonst die Namen aller Datenbanken des Servers. Server-Rechte werden in master vergeben.
USE master;
DENY VIEW ANY DATABASE TO vitosms_leser;
GO
