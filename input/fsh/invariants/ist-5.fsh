// R6 draft, word for word but for the parentheses.
Invariant: ist-5
Description: "If numberOfInstances and series.numberOfInstances are both present, numberOfInstances SHALL be the sum of the series.numberOfInstances values."
Severity: #error
Expression: "(numberOfInstances.exists() and series.numberOfInstances.exists()) implies numberOfInstances = series.numberOfInstances.aggregate($total + $this.toInteger(), 0)"
