// R6 draft, word for word. As for ist-3, R4 itself is less strict.
Invariant: ist-6
Description: "For each series, if numberOfInstances and instance are both present, numberOfInstances SHALL be the number of instance elements."
Severity: #error
Expression: "series.where(numberOfInstances.empty() or instance.empty() or numberOfInstances = instance.count()).count() = series.count()"
