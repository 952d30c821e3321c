/** Which release of the official validator is used, and where it comes from. */
import type { JavaTool } from '../../java/java-tool';

/** Release of https://github.com/hapifhir/org.hl7.fhir.core; validator/pom.xml builds the same one. */
const VERSION = '6.10.4';

/** fhir-validator-wrapper would download the newest release; this is the single file in our version. */
export const VALIDATOR: JavaTool = {
  id: 'validator',
  title: 'the HL7 validator',
  version: VERSION,
  download: { url: `https://github.com/hapifhir/org.hl7.fhir.core/releases/download/${VERSION}/validator_cli.jar`, release: VERSION, file: 'validator_cli.jar' },
  option: '--validator-jar',
  environment: 'SCOUT_VALIDATOR_JAR',
  aboutParts: 77,
};
