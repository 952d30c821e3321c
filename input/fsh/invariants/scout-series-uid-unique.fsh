// A Series Instance UID names one series of one study (PS3.3 C.7.3.1): two series elements with one UID are one series cut in two.
Invariant: scout-series-uid-unique
Description: "No two series of a study SHALL have the same Series Instance UID."
Severity: #error
Expression: "series.uid.isDistinct()"
