/*
  Entfernt alles, was views.sql oder elexis_views.sql und login.sql angelegt haben; die Tabellen der Praxissoftware
  bleiben, wie sie sind. In der Datenbank der Praxis ausführen, nachdem der Dienst für die Praxis abgeschaltet ist:

    sqlcmd -S SERVER -d DATENBANK -E -b -f 65001 -i remove.sql

  Ein Login, das gerade verbunden ist, lässt sich nicht löschen: eine Minute warten und nochmals ausführen.
  Wird dasselbe Login noch für eine andere Datenbank gebraucht, die letzte Anweisung weglassen.
*/

DROP VIEW IF EXISTS vitosms.Mandant, vitosms.Patient, vitosms.Behandlung, vitosms.Termin;
DROP TABLE IF EXISTS dbo.VITOSMS_MANDANT;
GO
DROP USER IF EXISTS vitosms_leser;
DROP SCHEMA IF EXISTS vitosms;
GO
IF SUSER_ID(N'vitosms_leser') IS NOT NULL
    DROP LOGIN vitosms_leser;
GO
