// Written on the value of the studyUID slice. 72 is the length of "urn:oid:" and of the longest UID. The length is asked
// first, so that no engine runs the pattern over a long text.
Invariant: scout-study-uid
Description: "The Study Instance UID SHALL be written as urn:oid: followed by a legal DICOM UID: at most 64 characters, digits and dots, no component with a leading zero."
Severity: #error
Expression: "length() <= 72 and matches('^urn:oid:(0|[1-9][0-9]*)([.](0|[1-9][0-9]*))*$')"
