// Written on series.instance.uid, an id: R4 encodes it directly, without urn:oid:.
Invariant: scout-instance-uid
Description: "The SOP Instance UID SHALL be a bare legal DICOM UID: at most 64 characters, digits and dots, no component with a leading zero, no urn:oid: before it."
Severity: #error
Expression: "length() <= 64 and matches('^(0|[1-9][0-9]*)([.](0|[1-9][0-9]*))*$')"
