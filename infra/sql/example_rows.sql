/*
  Erfundene Zeilen für example_schema.sql, saubere und unsaubere, damit sich alles in einer leeren Datenbank
  ausprobieren lässt. Niemand hat diese Telefonnummern: Die Blöcke 000 sind nicht vergeben.

    sqlcmd -S SERVER -d LEERE_DATENBANK -E -b -f 65001 -i example_schema.sql -i example_rows.sql -i views.sql
    SELECT * FROM vitosms.Termin ORDER BY Beginn;

  -f 65001 heisst: Die Datei ist UTF-8. Ohne diese Angabe kämen die Umlaute verstümmelt an.
  Alles spielt am Montag, 23. November 2026, und am Tag danach.
*/

INSERT INTO dbo.Mandant (MandantNr, Bezeichnung, LizenzNr, SMSAbsender, MailAbsender, TelefonZentrale)
VALUES
    (1, N'Praxis am Platz', 'L-1', N'Praxis', N'praxis@praxis.example', N'044 000 10 00'),
    (2, N'Praxis am Bächli', NULL, NULL, NULL, NULL);

INSERT INTO dbo.Patient
    (PatNr, Anrede, Name, Vorname, GebDatum, TodDatum, TelMobil, EMail, KorrSprache, Kontaktsperre)
VALUES
    (1001, N'Frau', N'Keller', N'Anna', '23.11.1980', NULL, N'079 000 10 01', NULL, 'D', 'N'),
    (1002, N'Herr', N'Müller', N'Beat', '5.2.1975', '', N'+41 78 000 10 02', N'beat@post.example', 'F', NULL),
    -- Den 31. Februar gibt es nicht, und eine Nummer fehlt.
    (1003, N'Frau', N'Rossi', N'Carla', '31.02.1970', NULL, N'siehe Dossier', N'carla@post.example', 'i', ' '),
    (1004, N'Herr', N'Meier', N'Daniel', '1.1.1950', '17.03.2025', N'079 000 10 04', NULL, 'D', 'N'),
    -- Verstorben, doch das Datum ist unleserlich.
    (1005, N'Frau', N'Weber', N'Erika', '12.12.1944', 'Mai 2025', N'079 000 10 05', NULL, 'D', 'N'),
    -- Ein zweistelliges Jahr liesse sich in zwei Jahrhunderte deuten.
    (1006, NULL, N'Frei', NULL, '23.11.85', NULL, N'079 000 10 06', NULL, NULL, 'J'),
    -- Was «?» bei der Kontaktsperre heisst, weiss niemand: keine Mitteilungen.
    (1007, N'Frau', N'Graf', N'Gabi', '1980-11-23', '  ', N'0041 79 000 10 07', NULL, 'E', '?'),
    (1008, N'Herr', N'Hofer', N'Hans', '', NULL, NULL, NULL, 'X', 'n');

INSERT INTO dbo.Behandlung (BehandlungGuid, PatNr, MandantNr, Eroeffnung)
VALUES
    ('11111111-0000-0000-0000-000000000001', 1001, 2, CONVERT(datetime, '2024-05-02T08:00:00', 126)),
    ('11111111-0000-0000-0000-000000000002', 1001, 1, CONVERT(datetime, '2026-02-03T09:30:00', 126)),
    ('11111111-0000-0000-0000-000000000003', 1002, 2, NULL),
    ('11111111-0000-0000-0000-000000000004', 1002, 1, CONVERT(datetime, '1999-12-31T23:59:59', 126)),
    ('11111111-0000-0000-0000-000000000005', 1003, NULL, CONVERT(datetime, '2025-01-01T00:00:00', 126));

INSERT INTO dbo.Termin (TerminNr, PatNr, TerminDatum, TerminZeit, StatusCode, Arzt, Raum, Grund, Geloescht)
VALUES
    (1, 1001, CONVERT(date, '20261124', 112), '8:15', 1, N'Dr. Egli', N'Zimmer 1', N'Kontrolle', 0),
    (2, 1002, CONVERT(date, '20261124', 112), '08:45', 1, N'Dr. Egli', NULL, NULL, 0),
    (3, 1003, CONVERT(date, '20261124', 112), ' 9:00', 1, NULL, NULL, NULL, 0),
    (4, 1004, CONVERT(date, '20261124', 112), '10:00', 1, NULL, NULL, NULL, 0),
    (5, 1005, CONVERT(date, '20261124', 112), '10:30', 1, NULL, NULL, NULL, 0),
    (6, 1006, CONVERT(date, '20261124', 112), '11:00', 2, NULL, NULL, NULL, 0),
    (7, 1007, CONVERT(date, '20261124', 112), '11:30', 0, NULL, NULL, NULL, 0),
    (8, 1008, CONVERT(date, '20261123', 112), '23:59', 3, NULL, NULL, NULL, 0),
    -- Einen Code 9 kennt die Sicht nicht.
    (9, 1008, CONVERT(date, '20261123', 112), '00:00', 9, NULL, NULL, NULL, 0),
    -- Keine lesbare Uhrzeit.
    (10, 1002, CONVERT(date, '20261124', 112), '24:00', 1, NULL, NULL, NULL, 0),
    (11, 1002, CONVERT(date, '20261124', 112), '9.30', 1, NULL, NULL, NULL, 0),
    (12, 1002, CONVERT(date, '20261124', 112), '', 1, NULL, NULL, NULL, 0),
    (13, 1002, CONVERT(date, '20261124', 112), NULL, 1, NULL, NULL, NULL, 0),
    -- Eine Sperrzeit ohne Patient und ein gelöschter Termin: nicht in der Sicht.
    (14, NULL, CONVERT(date, '20261124', 112), '12:00', 1, N'Dr. Egli', NULL, N'Mittag', 0),
    (15, 1001, CONVERT(date, '20261124', 112), '16:00', 1, NULL, NULL, NULL, 1);
GO
