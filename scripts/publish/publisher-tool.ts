/** Which release of HL7's IG Publisher is used, and where it comes from. */
import type { JavaTool } from '../java/java-tool';

/** Templates follow the newest publisher, so that the newest is downloaded; Maven Central has few releases, and publisher/pom.xml builds one of them. */
export const PUBLISHER: JavaTool = {
  id: 'publisher',
  title: "HL7's IG Publisher",
  version: '2.1.2',
  download: { url: 'https://github.com/HL7/fhir-ig-publisher/releases/latest/download/publisher.jar', release: 'latest', file: 'publisher.jar' },
  option: '--publisher-jar',
  environment: 'SCOUT_PUBLISHER_JAR',
  aboutParts: 150,
};
