package org.fhirscout.validator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.hl7.fhir.r5.utils.validation.constants.ReferenceValidationPolicy;
import org.hl7.fhir.utilities.FhirPublication;
import org.hl7.fhir.utilities.VersionUtil;
import org.hl7.fhir.utilities.VersionUtilities;
import org.hl7.fhir.utilities.http.ManagedWebAccess;
import org.hl7.fhir.validation.ValidationEngine;
import org.hl7.fhir.validation.http.FhirValidatorHttpService;
import org.hl7.fhir.validation.instance.advisor.BasePolicyAdvisorForFullValidation;

/**
 * The validator's own HTTP service, started with the arguments that the official single-file release understands:
 * {@code server PORT -tx URL|n/a -txLog FILE -version V -ig SOURCE ...}. It ends when its standard input closes, so it
 * never outlives the program that started it.
 */
public final class ValidatorServer {

  /** Ids and versions of the packages that are always loaded; those of the validator's own release. */
  private static final String TERMINOLOGY_VERSION = "7.0.1";
  private static final String EXTENSIONS_VERSION = "5.3.0-ballot-tc1";

  private int port = -1;
  private String version = "4.0.1";
  private String terminologyServer;
  private String terminologyLog;
  private final List<String> guides = new ArrayList<>();

  public static void main(String[] args) {
    endWithParent();
    // The first words of the official release, from which fhir-validator-wrapper takes the version.
    System.out.println("FHIR Validation tool Version " + VersionUtil.getVersion());
    try {
      new ValidatorServer().read(args).start();
    } catch (Throwable problem) {
      System.err.println("Cannot start: " + problem.getMessage());
      problem.printStackTrace();
      System.err.flush();
      Runtime.getRuntime().halt(1);
    }
  }

  /** The parent holds our standard input open; its end, however it came, is ours. */
  private static void endWithParent() {
    Thread watch = new Thread(() -> {
      try {
        while (System.in.read() >= 0) {
          // nothing is ever said here
        }
      } catch (IOException closed) {
        // as good as the end
      }
      Runtime.getRuntime().halt(0);
    }, "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private ValidatorServer read(String[] args) {
    if (args.length < 2 || !args[0].equals("server")) {
      throw new IllegalArgumentException("usage: server PORT [-tx URL|n/a] [-txLog FILE] [-version V] [-ig SOURCE ...]");
    }
    port = Integer.parseInt(args[1]);
    for (int i = 2; i < args.length; i += 2) {
      if (i + 1 == args.length) throw new IllegalArgumentException(args[i] + " needs a value");
      String value = args[i + 1];
      switch (args[i]) {
        case "-tx" -> terminologyServer = value.equals("n/a") ? null : value;
        case "-txLog" -> terminologyLog = value;
        case "-version" -> version = value;
        case "-ig" -> guides.add(value);
        case "-ssrf-protection-enabled" -> ManagedWebAccess.setSsrfProtectionEnabled(Boolean.parseBoolean(value));
        default -> throw new IllegalArgumentException("unknown argument " + args[i]);
      }
    }
    return this;
  }

  private void start() throws Exception {
    // Without a terminology server there is nothing to ask the network for: packages come from the cache. A missing one
    // is then an error at once, not a wait for servers that may never answer.
    if (terminologyServer == null) ManagedWebAccess.setAccessPolicy(ManagedWebAccess.WebAccessPolicy.PROHIBITED);
    String core = VersionUtilities.packageForVersion(version) + "#" + VersionUtilities.getCurrentVersion(version);
    ValidationEngine engine = new ValidationEngine.ValidationEngineBuilder()
      .withVersion(version)
      .withThoVersion(TERMINOLOGY_VERSION)
      .withExtensionsVersion(EXTENSIONS_VERSION)
      .withCanRunWithoutTerminologyServer(true)
      .withUserAgent("fhir-scout")
      .fromSource(core);
    System.out.println("Terminology server: "
      + engine.setTerminologyServer(terminologyServer, terminologyLog, FhirPublication.fromCode(version), false));
    // References that leave the given resources are not followed; those within them are always checked.
    engine.setPolicyAdvisor(new BasePolicyAdvisorForFullValidation(ReferenceValidationPolicy.IGNORE, Set.of()));
    for (String guide : guides) {
      System.out.println("Loading " + guide);
      engine.getIgLoader().loadIg(engine.getIgs(), engine.getBinaries(), guide, true);
    }
    engine.prepare();
    new FhirValidatorHttpService(engine, true, port).startServer();
    System.out.println("Ready on port " + port);
  }
}
