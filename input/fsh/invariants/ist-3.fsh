// R6 draft, word for word but for the parentheses. R4 itself lets numberOfSeries exceed the series that are listed; whoever
// claims this profile gives that up. A listed number above the stated one is impossible under either reading.
Invariant: ist-3
Description: "If numberOfSeries and series are both present, numberOfSeries SHALL be the number of series elements."
Severity: #error
Expression: "(numberOfSeries.exists() and series.exists()) implies numberOfSeries = series.count()"
