// A SOP Instance UID names one object (PS3.3 C.12.1), which is in one series: the rule looks across the whole study.
Invariant: scout-instance-uid-unique
Description: "No two instances of a study SHALL have the same SOP Instance UID."
Severity: #error
Expression: "series.instance.uid.isDistinct()"
