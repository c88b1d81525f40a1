/*
  Beispiel: die Tabellen einer Praxissoftware, wie sie in der Wirklichkeit vorkommen (SQL Server 2016 SP1 oder neuer).

  Dieses Skript dient nur zum Ausprobieren in einer leeren Datenbank und als Vorlage. In einer echten Praxis sind
  diese Tabellen schon da, mit anderen Namen; angepasst werden dann die Sichten in views.sql, nie die Tabellen der
  Praxissoftware. Mit Absicht sind hier einige Eigenheiten dabei: Nummern statt Texte als Schlüssel, Daten als Text,
  Kennzeichen als Buchstaben, Datum und Uhrzeit getrennt. Erfundene Zeilen dazu stehen in example_rows.sql.
*/

CREATE TABLE dbo.Mandant (
    MandantNr       int           NOT NULL CONSTRAINT PK_Mandant PRIMARY KEY,
    Bezeichnung     nvarchar(100) NOT NULL,  -- so heisst die Praxis in Mitteilungen
    LizenzNr        varchar(40)   NULL,
    SMSAbsender     nvarchar(40)  NULL,
    MailAbsender    nvarchar(254) NULL,
    TelefonZentrale nvarchar(40)  NULL
);

CREATE TABLE dbo.Patient (
    PatNr         int           NOT NULL CONSTRAINT PK_Patient PRIMARY KEY,
    Anrede        nvarchar(20)  NULL,      -- «Frau», «Herr» oder leer
    Name          nvarchar(80)  NOT NULL,
    Vorname       nvarchar(80)  NULL,
    GebDatum      varchar(10)   NULL,      -- Text aus einem alten Import: 31.12.1980
    TodDatum      varchar(10)   NULL,      -- ebenso; leer heisst: lebt
    TelMobil      nvarchar(60)  NULL,      -- von Hand erfasst, in jeder Schreibweise
    EMail         nvarchar(254) NULL,
    KorrSprache   char(1)       NULL,      -- D, F, I oder E
    Kontaktsperre char(1)       NULL       -- J: wünscht keine Mitteilungen; N oder leer: erlaubt
);

CREATE TABLE dbo.Behandlung (
    BehandlungGuid uniqueidentifier NOT NULL CONSTRAINT PK_Behandlung PRIMARY KEY,
    PatNr          int              NOT NULL CONSTRAINT FK_Behandlung_Patient REFERENCES dbo.Patient (PatNr),
    MandantNr      int              NULL     CONSTRAINT FK_Behandlung_Mandant REFERENCES dbo.Mandant (MandantNr),
    Eroeffnung     datetime         NULL
);
CREATE INDEX IX_Behandlung_PatNr ON dbo.Behandlung (PatNr) INCLUDE (MandantNr, Eroeffnung);

CREATE TABLE dbo.Termin (
    TerminNr    bigint        NOT NULL CONSTRAINT PK_Termin PRIMARY KEY,
    PatNr       int           NULL,       -- leer bei Sperrzeiten im Kalender
    TerminDatum date          NOT NULL,
    TerminZeit  varchar(5)    NULL,       -- 8:15 oder 08:15
    StatusCode  tinyint       NOT NULL,   -- 0 provisorisch, 1 definitiv, 2 abgesagt, 3 nicht erschienen
    Arzt        nvarchar(80)  NULL,
    Raum        nvarchar(80)  NULL,
    Grund       nvarchar(200) NULL,
    Geloescht   bit           NOT NULL CONSTRAINT DF_Termin_Geloescht DEFAULT 0
);
CREATE INDEX IX_Termin_Datum ON dbo.Termin (TerminDatum) INCLUDE (PatNr, TerminZeit, StatusCode, Geloescht);
GO
