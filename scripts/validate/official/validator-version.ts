/** Which release of the official validator is used, and what it needs. */

/** Release of https://github.com/hapifhir/org.hl7.fhir.core; validator/pom.xml builds the same one. */
export const VALIDATOR_VERSION = '6.10.4';

/** The single-file release that fhir-validator-wrapper downloads, in our version and not in whichever is the newest. */
export const VALIDATOR_DOWNLOAD = `https://github.com/hapifhir/org.hl7.fhir.core/releases/download/${VALIDATOR_VERSION}/validator_cli.jar`;

/** Its classes are compiled for this Java. */
export const JAVA_MAJOR = 17;
