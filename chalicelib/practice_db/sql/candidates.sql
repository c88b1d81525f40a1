-- candidates: the rest of reminders, birthdays and recheck, behind their "Wanted".
--
-- Exactly one row of the same columns per row of "Wanted", with its patient and the Mandant that pays, chosen among
-- all that match, and for a birthday with the last visits: LetzteBehandlung is when the latest treatment was opened,
-- LetzterTermin the latest appointment of any status since a day. The line behind "if View.Column" is part of the
-- statement where the view has this optional column: TerminMandantId and what follows is the appointment's Mandant, who
-- signs its message. The raw columns Tag and …Schluessel change no answer: an index of the practice's own tables finds
-- them, while what is converted is found by reading every row. Every text of an answer is cast to nvarchar, here and in
-- the other statements: the server converts from any code page, a client knows only those of its C library.
--
-- Parameters
--   active_since  that day, 'YYYY-MM-DD', or NULL: then no other appointments are read
LatestAppointment AS (
    SELECT PatientId, MAX(Beginn) AS Beginn
    FROM vitosms.Termin
    WHERE
        Beginn >= :active_since AND SUBSTRING(CAST(Beginn AS nvarchar(30)), 1, 10) LIKE '____-__-__'
        -- if Termin.PatientSchluessel
        AND PatientSchluessel IN (SELECT PatientSchluessel FROM Wanted WHERE Art = 'birthday')
    GROUP BY PatientId
),
Numbered AS (
    SELECT
        Art, TerminId, Beginn, Status, Behandler, Ort, Besuchsgrund, PatientId,
        -- if Termin.MandantId
        TerminMandantId,
        -- if Termin.PatientSchluessel
        PatientSchluessel,
        ROW_NUMBER() OVER (ORDER BY PatientId) AS Number
    FROM Wanted
),
Candidate AS (
    SELECT
        Numbered.Art, Numbered.TerminId, Numbered.Beginn, Numbered.Status, Numbered.Behandler, Numbered.Ort,
        Numbered.Besuchsgrund, Numbered.PatientId,
        CASE WHEN Patient.PatientId IS NULL THEN 0 ELSE 1 END AS PatientGefunden,
        Patient.Anrede, Patient.Vorname, Patient.Nachname, Patient.Geburtsdatum, Patient.Sterbedatum,
        Patient.Mobiltelefon, Patient.EMail, Patient.Sprache, Patient.KeineMitteilungen,
        -- if Patient.TelefonPrivat
        Patient.TelefonPrivat,
        -- if Patient.TelefonGeschaeft
        Patient.TelefonGeschaeft,
        CASE WHEN Behandlung.PatientId IS NULL THEN 0 ELSE 1 END AS HatBehandlung,
        CASE WHEN Behandlung.PatientId IS NULL THEN :default_mandant ELSE Behandlung.MandantId END AS MandantId,
        CASE WHEN Mandant.MandantId IS NULL THEN 0 ELSE 1 END AS MandantGefunden,
        Mandant.Name AS MandantName, Mandant.Lizenznummer, Mandant.AbsenderSMS, Mandant.AbsenderEMail,
        Mandant.Telefon AS MandantTelefon,
        -- if Termin.MandantId
        Numbered.TerminMandantId, Signer.Name AS TerminMandantName,
        -- if Termin.MandantId
        CASE WHEN Signer.MandantId IS NULL THEN 0 ELSE 1 END AS TerminMandantGefunden,
        -- if Termin.MandantId
        Signer.AbsenderSMS AS TerminAbsenderSMS, Signer.AbsenderEMail AS TerminAbsenderEMail,
        -- if Termin.MandantId
        Signer.Telefon AS TerminMandantTelefon,
        Behandlung.EroeffnetAm AS LetzteBehandlung,
        LatestAppointment.Beginn AS LetzterTermin,
        ROW_NUMBER() OVER (
            PARTITION BY Numbered.Number
            ORDER BY
                -- The latest opened treatment pays. Both engines put NULL last; invalid dates go there too.
                CASE
                    WHEN SUBSTRING(CAST(Behandlung.EroeffnetAm AS nvarchar(30)), 1, 10) LIKE '____-__-__' THEN 1
                    ELSE 0
                END DESC,
                Behandlung.EroeffnetAm DESC, Behandlung.BehandlungId DESC, Behandlung.MandantId,
                -- Of duplicate rows of a patient the one that forbids a message wins, of a Mandant the unlicensed one.
                Patient.Sterbedatum DESC, Patient.KeineMitteilungen DESC, Patient.Nachname, Patient.Vorname,
                Patient.Geburtsdatum, Patient.Mobiltelefon, Patient.EMail, Patient.Sprache, Patient.Anrede,
                -- if Patient.TelefonPrivat
                Patient.TelefonPrivat,
                -- if Patient.TelefonGeschaeft
                Patient.TelefonGeschaeft,
                -- if Termin.MandantId
                Signer.Name, Signer.AbsenderSMS, Signer.AbsenderEMail, Signer.Telefon,
                Mandant.Lizenznummer, Mandant.Name, Mandant.AbsenderSMS, Mandant.AbsenderEMail, Mandant.Telefon
        ) AS Place
    FROM Numbered
    LEFT JOIN vitosms.Patient AS Patient
        ON Patient.PatientId = Numbered.PatientId
        -- if Termin.PatientSchluessel
        AND Patient.PatientSchluessel = Numbered.PatientSchluessel
    LEFT JOIN vitosms.Behandlung AS Behandlung
        ON Behandlung.PatientId = Numbered.PatientId
        -- if Termin.PatientSchluessel
        AND Behandlung.PatientSchluessel = Numbered.PatientSchluessel
    LEFT JOIN LatestAppointment ON LatestAppointment.PatientId = Numbered.PatientId AND Numbered.Art = 'birthday'
    -- if Termin.MandantId
    LEFT JOIN vitosms.Mandant AS Signer ON Signer.MandantId = Numbered.TerminMandantId
    -- A treatment without a Mandant has no payer: neither an earlier treatment nor the default steps in.
    LEFT JOIN vitosms.Mandant AS Mandant
        ON Mandant.MandantId
        = CASE WHEN Behandlung.PatientId IS NULL THEN :default_mandant ELSE Behandlung.MandantId END
)
SELECT
    CAST(Art AS nvarchar(400)) AS Art, CAST(TerminId AS nvarchar(400)) AS TerminId, Beginn,
    CAST(Status AS nvarchar(400)) AS Status, CAST(Behandler AS nvarchar(400)) AS Behandler,
    CAST(Ort AS nvarchar(400)) AS Ort, CAST(Besuchsgrund AS nvarchar(400)) AS Besuchsgrund,
    CAST(PatientId AS nvarchar(400)) AS PatientId, PatientGefunden, CAST(Anrede AS nvarchar(400)) AS Anrede,
    CAST(Vorname AS nvarchar(400)) AS Vorname, CAST(Nachname AS nvarchar(400)) AS Nachname, Geburtsdatum, Sterbedatum,
    CAST(Mobiltelefon AS nvarchar(400)) AS Mobiltelefon, CAST(EMail AS nvarchar(400)) AS EMail,
    CAST(Sprache AS nvarchar(400)) AS Sprache, KeineMitteilungen,
    -- if Patient.TelefonPrivat
    CAST(TelefonPrivat AS nvarchar(400)) AS TelefonPrivat,
    -- if Patient.TelefonGeschaeft
    CAST(TelefonGeschaeft AS nvarchar(400)) AS TelefonGeschaeft,
    HatBehandlung, CAST(MandantId AS nvarchar(400)) AS MandantId, MandantGefunden,
    CAST(MandantName AS nvarchar(400)) AS MandantName, CAST(Lizenznummer AS nvarchar(400)) AS Lizenznummer,
    CAST(AbsenderSMS AS nvarchar(400)) AS AbsenderSMS, CAST(AbsenderEMail AS nvarchar(400)) AS AbsenderEMail,
    CAST(MandantTelefon AS nvarchar(400)) AS MandantTelefon,
    -- if Termin.MandantId
    CAST(TerminMandantId AS nvarchar(400)) AS TerminMandantId, TerminMandantGefunden,
    -- if Termin.MandantId
    CAST(TerminMandantName AS nvarchar(400)) AS TerminMandantName,
    -- if Termin.MandantId
    CAST(TerminAbsenderSMS AS nvarchar(400)) AS TerminAbsenderSMS,
    -- if Termin.MandantId
    CAST(TerminAbsenderEMail AS nvarchar(400)) AS TerminAbsenderEMail,
    -- if Termin.MandantId
    CAST(TerminMandantTelefon AS nvarchar(400)) AS TerminMandantTelefon,
    LetzteBehandlung, LetzterTermin
FROM Candidate
WHERE Place = 1
ORDER BY Art DESC, Beginn, TerminId, PatientId
