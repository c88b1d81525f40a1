-- candidates: the rest of reminders, birthdays and recheck, behind their "Wanted".
--
-- Exactly one row of the same columns per row of "Wanted", with its patient and the Mandant that pays, chosen among
-- all that match, and for a birthday with the last visits: LetzteBehandlung is when the latest treatment was opened,
-- LetzterTermin the latest appointment of any status since a day. The line behind "if View.Column" is part of the
-- statement where the view has this optional column: TerminMandantId and what follows is the appointment's Mandant, who
-- signs its message. The raw columns Tag and …Schluessel change no answer: an index of the practice's own tables finds
-- them, while what is converted is found by reading every row.
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
    Art, TerminId, Beginn, Status, Behandler, Ort, Besuchsgrund,
    PatientId, PatientGefunden, Anrede, Vorname, Nachname, Geburtsdatum, Sterbedatum, Mobiltelefon, EMail,
    Sprache, KeineMitteilungen,
    -- if Patient.TelefonPrivat
    TelefonPrivat,
    -- if Patient.TelefonGeschaeft
    TelefonGeschaeft,
    HatBehandlung,
    MandantId, MandantGefunden, MandantName, Lizenznummer, AbsenderSMS, AbsenderEMail, MandantTelefon,
    -- if Termin.MandantId
    TerminMandantId, TerminMandantGefunden, TerminMandantName,
    -- if Termin.MandantId
    TerminAbsenderSMS, TerminAbsenderEMail, TerminMandantTelefon,
    LetzteBehandlung, LetzterTermin
FROM Candidate
WHERE Place = 1
ORDER BY Art DESC, Beginn, TerminId, PatientId
