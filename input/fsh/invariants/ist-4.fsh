// The R6 draft's sentence says "numberOfInstances and series.instance are both present", its expression tests
// series.exists(): a study that lists series without instances (allowed, and common in search answers) would break the
// expression and not the sentence. The sentence is followed. As for ist-3, R4 itself is less strict.
Invariant: ist-4
Description: "If numberOfInstances and series.instance are both present, numberOfInstances SHALL be the total number of series.instance elements."
Severity: #error
Expression: "(numberOfInstances.exists() and series.instance.exists()) implies numberOfInstances = series.instance.count()"
