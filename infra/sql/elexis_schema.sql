/*
  Ein zweites Beispiel, mit anderer Form: die Tabellen, wie Elexis sie kennt, so weit die Sichten sie brauchen.

  Elexis selbst läuft meist auf MySQL oder PostgreSQL; hier steht dieselbe Form auf SQL Server, als Muster für
  Praxissoftware, die ihre Daten als Text führt. Nur zum Ausprobieren in einer leeren Datenbank: In der Wirklichkeit
  sind diese Tabellen schon da. Die Sichten dazu stehen in elexis_views.sql, erfundene Zeilen in elexis_rows.sql.
*/

-- Personen und Organisationen in einer Tabelle; Kennzeichen sind '0' oder '1'.
CREATE TABLE dbo.KONTAKT (
    ID           varchar(25)   NOT NULL CONSTRAINT PK_KONTAKT PRIMARY KEY,
    deleted      varchar(1)    NOT NULL CONSTRAINT DF_KONTAKT_deleted DEFAULT '0',
    istPerson    varchar(1)    NOT NULL CONSTRAINT DF_KONTAKT_istPerson DEFAULT '0',
    istPatient   varchar(1)    NOT NULL CONSTRAINT DF_KONTAKT_istPatient DEFAULT '0',
    istMandant   varchar(1)    NOT NULL CONSTRAINT DF_KONTAKT_istMandant DEFAULT '0',
    Geburtsdatum varchar(8)    NULL,     -- JJJJMMTT
    Geschlecht   varchar(1)    NULL,     -- m, w oder leer
    Bezeichnung1 nvarchar(255) NULL,     -- Nachname, oder der Name der Organisation
    Bezeichnung2 nvarchar(255) NULL,     -- Vorname
    Telefon1     nvarchar(30)  NULL,
    NatelNr      nvarchar(30)  NULL,
    EMail        nvarchar(255) NULL
);

-- Die Agenda: auch Sperrzeiten und Einträge für Personen, die (noch) nicht als Patient erfasst sind.
CREATE TABLE dbo.AGNTERMINE (
    ID            varchar(25)   NOT NULL CONSTRAINT PK_AGNTERMINE PRIMARY KEY,
    deleted       varchar(1)    NOT NULL CONSTRAINT DF_AGNTERMINE_deleted DEFAULT '0',
    PatID         nvarchar(80)  NULL,    -- die ID eines Patienten, oder Text von Hand, oder leer
    Bereich       nvarchar(80)  NULL,    -- wessen Agenda
    Tag           varchar(8)    NULL,    -- JJJJMMTT
    Beginn        varchar(4)    NULL,    -- Minuten seit Mitternacht: 485 ist 08:05
    Grund         nvarchar(max) NULL,
    StatusHistory nvarchar(max) NULL,    -- eine Zeile je Änderung: Zeitpunkt;Status
    TerminStatus  nvarchar(50)  NULL
);
CREATE INDEX IX_AGNTERMINE_Tag ON dbo.AGNTERMINE (Tag);

CREATE TABLE dbo.FAELLE (
    ID        varchar(25) NOT NULL CONSTRAINT PK_FAELLE PRIMARY KEY,
    deleted   varchar(1)  NOT NULL CONSTRAINT DF_FAELLE_deleted DEFAULT '0',
    PatientID varchar(25) NULL
);
CREATE INDEX IX_FAELLE_PatientID ON dbo.FAELLE (PatientID);

CREATE TABLE dbo.BEHANDLUNGEN (
    ID        varchar(25) NOT NULL CONSTRAINT PK_BEHANDLUNGEN PRIMARY KEY,
    deleted   varchar(1)  NOT NULL CONSTRAINT DF_BEHANDLUNGEN_deleted DEFAULT '0',
    FallID    varchar(25) NULL,
    MandantID varchar(25) NULL,
    Datum     varchar(8)  NULL           -- JJJJMMTT
);
CREATE INDEX IX_BEHANDLUNGEN_FallID ON dbo.BEHANDLUNGEN (FallID);

-- Etiketten klebt die Praxis nach eigenem Gutdünken an Patienten: «verstorben», «keine Mitteilungen».
CREATE TABLE dbo.ETIKETTEN (
    ID   varchar(25)  NOT NULL CONSTRAINT PK_ETIKETTEN PRIMARY KEY,
    Name nvarchar(40) NULL
);

CREATE TABLE dbo.ETIKETTEN_OBJECT_LINK (
    obj      varchar(25) NOT NULL,
    etikette varchar(25) NOT NULL
);
CREATE INDEX IX_ETIKETTEN_OBJECT_LINK_obj ON dbo.ETIKETTEN_OBJECT_LINK (obj);
GO
