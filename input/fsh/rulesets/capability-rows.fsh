// Rows of a CapabilityStatement, each with its expectation (SHALL, SHOULD, MAY): one RuleSet for each kind of row.

RuleSet: Resource(type, expectation)
* rest[0].resource[+].type = #{type}
* rest[0].resource[=].extension[0].url = $expectation
* rest[0].resource[=].extension[0].valueCode = #{expectation}
* rest[0].resource[=].versioning = #versioned
* rest[0].resource[=].versioning.extension[0].url = $expectation
* rest[0].resource[=].versioning.extension[0].valueCode = #SHOULD
* rest[0].resource[=].referencePolicy[0] = #literal
* rest[0].resource[=].referencePolicy[1] = #logical

RuleSet: Interaction(code, expectation)
* rest[0].resource[=].interaction[+].code = #{code}
* rest[0].resource[=].interaction[=].extension[0].url = $expectation
* rest[0].resource[=].interaction[=].extension[0].valueCode = #{expectation}

// What a client that only reads needs SHALL be there; what a client that writes needs MAY be.
RuleSet: Interactions
* insert Interaction(read, SHALL)
* insert Interaction(search-type, SHALL)
* insert Interaction(vread, SHOULD)
* insert Interaction(history-instance, SHOULD)
* insert Interaction(history-type, MAY)
* insert Interaction(create, MAY)
* insert Interaction(update, MAY)
* insert Interaction(patch, MAY)
* insert Interaction(delete, MAY)

RuleSet: SystemInteraction(code, expectation)
* rest[0].interaction[+].code = #{code}
* rest[0].interaction[=].extension[0].url = $expectation
* rest[0].interaction[=].extension[0].valueCode = #{expectation}

RuleSet: SearchParameter(name, definition, type, expectation, documentation)
* rest[0].resource[=].searchParam[+].name = "{name}"
* rest[0].resource[=].searchParam[=].extension[0].url = $expectation
* rest[0].resource[=].searchParam[=].extension[0].valueCode = #{expectation}
* rest[0].resource[=].searchParam[=].definition = "http://hl7.org/fhir/SearchParameter/{definition}"
* rest[0].resource[=].searchParam[=].type = #{type}
* rest[0].resource[=].searchParam[=].documentation = "{documentation}"

RuleSet: SystemSearchParameter(name, definition, type, expectation, documentation)
* rest[0].searchParam[+].name = "{name}"
* rest[0].searchParam[=].extension[0].url = $expectation
* rest[0].searchParam[=].extension[0].valueCode = #{expectation}
* rest[0].searchParam[=].definition = "http://hl7.org/fhir/SearchParameter/{definition}"
* rest[0].searchParam[=].type = #{type}
* rest[0].searchParam[=].documentation = "{documentation}"

RuleSet: Include(value, expectation)
* rest[0].resource[=].searchInclude[+] = "{value}"
* rest[0].resource[=].searchInclude[=].extension[0].url = $expectation
* rest[0].resource[=].searchInclude[=].extension[0].valueCode = #{expectation}

RuleSet: RevInclude(value, expectation)
* rest[0].resource[=].searchRevInclude[+] = "{value}"
* rest[0].resource[=].searchRevInclude[=].extension[0].url = $expectation
* rest[0].resource[=].searchRevInclude[=].extension[0].valueCode = #{expectation}
