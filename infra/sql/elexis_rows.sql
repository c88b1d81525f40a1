/*
  Erfundene Zeilen für elexis_schema.sql, saubere und unsaubere; nach elexis_views.sql auszuführen, denn dort entsteht
  die Tabelle VITOSMS_MANDANT. Niemand hat diese Telefonnummern: Die Blöcke 000 sind nicht vergeben.

    sqlcmd -S SERVER -d LEERE_DATENBANK -E -b -f 65001 -i elexis_schema.sql -i elexis_views.sql -i elexis_rows.sql

  Alles spielt am Montag, 23. November 2026, und am Tag danach.
*/

INSERT INTO dbo.KONTAKT
    (ID, deleted, istPerson, istPatient, istMandant, Geburtsdatum, Geschlecht, Bezeichnung1, Bezeichnung2, Telefon1,
     NatelNr, EMail)
VALUES
    ('m-egli', '0', '1', '0', '1', NULL, NULL, N'Praxis Dr. Egli', NULL, N'044 000 20 00', NULL, NULL),
    ('m-neu', '0', '1', '0', '1', NULL, NULL, N'Praxis Dr. Neu', NULL, NULL, NULL, NULL),
    ('labor', '0', '0', '0', '0', NULL, NULL, N'Labor', NULL, N'044 000 20 01', NULL, NULL),
    ('p-1', '0', '1', '1', '0', '19801123', 'w', N'Keller', N'Anna', NULL, N'079 000 20 01', NULL),
    -- Kein Natel, aber eine Mobilnummer unter Telefon.
    ('p-2', '0', '1', '1', '0', '19750205', 'M', N'Müller', N'Beat', N'078 000 20 02', N' ', N'beat@post.example'),
    -- Den 31. Februar gibt es nicht.
    ('p-3', '0', '1', '1', '0', '19700231', NULL, N'Rossi', N'Carla', NULL, NULL, NULL),
    ('p-4', '0', '1', '1', '0', '1950', 'm', N'Meier', N'Daniel', NULL, N'079 000 20 04', NULL),
    ('p-5', '0', '1', '1', '0', NULL, 'w', N'Weber', N'Erika', NULL, N'079 000 20 05', NULL),
    ('p-6', '1', '1', '1', '0', '19801123', 'w', N'Doppelt', N'Anna', NULL, N'079 000 20 01', NULL);

INSERT INTO dbo.VITOSMS_MANDANT (KontaktID, Lizenznummer, AbsenderSMS, AbsenderEMail)
VALUES ('m-egli', 'L-1', N'Egli', N'egli@praxis.example');

INSERT INTO dbo.ETIKETTEN (ID, Name)
VALUES ('e-1', N'Verstorben'), ('e-2', N'keine Mitteilungen'), ('e-3', N'Inkasso');

INSERT INTO dbo.ETIKETTEN_OBJECT_LINK (obj, etikette)
VALUES ('p-4', 'e-1'), ('p-5', 'e-2'), ('p-1', 'e-3');

INSERT INTO dbo.FAELLE (ID, deleted, PatientID)
VALUES ('f-1', '0', 'p-1'), ('f-2', '0', 'p-2'), ('f-3', '1', 'p-3'), ('f-4', '0', NULL);

INSERT INTO dbo.BEHANDLUNGEN (ID, deleted, FallID, MandantID, Datum)
VALUES
    ('b-1', '0', 'f-1', 'm-neu', '20240502'),
    ('b-2', '0', 'f-1', 'm-egli', '20260203'),
    ('b-3', '1', 'f-1', 'm-neu', '20260801'),
    ('b-4', '0', 'f-2', NULL, '2026-02'),
    ('b-5', '0', 'f-3', 'm-egli', '20260101'),
    ('b-6', '0', 'f-4', 'm-egli', '20260101');

INSERT INTO dbo.AGNTERMINE (ID, deleted, PatID, Bereich, Tag, Beginn, Grund, StatusHistory, TerminStatus)
VALUES
    ('t-01', '0', N'p-1', N'Dr. Egli', '20261124', '485', N'Kontrolle', N'29400000;geplant', N'geplant'),
    ('t-02', '0', N'p-2', N'Dr. Egli', '20261124', '600', NULL,
        N'29400000;geplant' + NCHAR(13) + NCHAR(10) + N'29400100;Normal' + NCHAR(10), N'Notfall'),
    ('t-03', '0', N'p-2 ', NULL, '20261124', '1439', NULL, N'29400000;geplant' + NCHAR(10) + N'29400100;abgesagt',
        N'abgesagt'),
    ('t-04', '1', N'p-1', NULL, '20261124', '0', NULL, N'29400000;geplant', N'geplant'),
    -- Keine lesbare Zeit: 24 Stunden, leer, Text, gar nichts; und kein lesbarer Tag.
    ('t-05', '0', N'p-1', NULL, '20261124', '1440', NULL, N'29400000;geplant', N'geplant'),
    ('t-06', '0', N'p-1', NULL, '20261124', '', NULL, N'29400000;geplant', N'geplant'),
    ('t-07', '0', N'p-1', NULL, '20261124', '8:15', NULL, N'29400000;geplant', N'geplant'),
    ('t-08', '0', N'p-1', NULL, '20261124', NULL, NULL, N'29400000;geplant', N'geplant'),
    ('t-09', '0', N'p-1', NULL, '20261131', '485', NULL, NULL, NULL),
    -- Text von Hand; Sperrzeiten.
    ('t-10', '0', N'Hr. Hofer, ruft an', NULL, '20261124', '540', NULL, N'29400000;geplant', N'geplant'),
    ('t-11', '0', NULL, N'Dr. Egli', '20261124', '0', NULL, N'29400000;geplant', N'geplant'),
    ('t-12', '0', N' ', N'Dr. Egli', '20261124', '1080', NULL, N'29400000;geplant', N'geplant');
GO
