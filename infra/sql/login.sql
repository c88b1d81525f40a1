/*
  Das Konto, mit dem der Dienst liest: nur die vier Sichten, nur lesend. In der Datenbank der Praxis ausführen,
  nach views.sql und als Mitglied von securityadmin und db_owner:

    sqlcmd -S SERVER -d DATENBANK -E -b -i login.sql

  Das Passwort kommt als sqlcmd-Variable «Passwort», am besten aus der gleichnamigen Umgebungsvariablen (so
  steht es in keinem Befehlsverlauf). Kein Hochkomma im Passwort verwenden. In Azure SQL wird das Login in der
  Datenbank master angelegt, der Rest in der Datenbank der Praxis.
*/

CREATE LOGIN vitosms_leser WITH PASSWORD = N'$(Passwort)', CHECK_POLICY = ON;
GO
CREATE USER vitosms_leser FOR LOGIN vitosms_leser;
GO
-- Kein Recht auf den Tabellen: Die Sichten haben denselben Besitzer, das genügt.
GRANT SELECT ON SCHEMA::vitosms TO vitosms_leser;
GO
