"""The generated demo practice: its patients, appointments and settings. May use no other room of infra."""
