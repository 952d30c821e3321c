package org.fhirscout.hapi;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.r5.JpaR5Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.persistence.EntityManagerFactory;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * Starts HAPI FHIR JPA (H2 in memory) at http://127.0.0.1:PORT/PATH as a server that this project did not write.
 * The arguments are the port (0 for any free one), the FHIR version and the path. When it answers, one line "ready URL" goes to
 * standard output; it ends when standard input is closed, so that it never outlives the process that started it.
 */
public final class Main {
  /** What HAPI has under a name for each FHIR version; the names of its beans end with that of the version. */
  private enum Release {
    R4(JpaR4Config.class), R5(JpaR5Config.class);

    private final Class<?> config;

    Release(Class<?> config) {
      this.config = config;
    }
  }

  public static void main(String[] args) throws Exception {
    Release release = Release.valueOf(args[1]);
    String path = args[2];
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty, 1, 2);
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.parseInt(args[0]));
    // The port is taken before anything else, because HAPI has to know its own address when its settings are made.
    connector.open();
    jetty.addConnector(connector);
    String base = "http://127.0.0.1:" + connector.getLocalPort() + path;

    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.getEnvironment().getSystemProperties().put("hapi.peer.base", base);
    context.register(release.config, Peer.class);
    context.refresh();

    ServletContextHandler servlets = new ServletContextHandler("/");
    servlets.addServlet(new ServletHolder(restServer(context, release, base)), path + "/*");
    jetty.setHandler(new AtWork(servlets));
    jetty.start();
    System.out.println("ready " + base);

    while (System.in.read() >= 0) { /* wait for the end of standard input */ }
    jetty.stop();
    System.exit(0);
  }

  private static RestfulServer restServer(AnnotationConfigApplicationContext context, Release release, String base) {
    RestfulServer server = new RestfulServer(context.getBean(FhirContext.class));
    server.registerProviders(context.getBean("myResourceProviders" + release, ResourceProviderFactory.class).createProviders());
    server.registerProvider(context.getBean("mySystemProvider" + release, JpaSystemProvider.class));
    server.setServerConformanceProvider(new JpaCapabilityStatementProvider(
        server,
        context.getBean("mySystemDao" + release, IFhirSystemDao.class),
        context.getBean(JpaStorageSettings.class),
        context.getBean(ISearchParamRegistry.class),
        context.getBean(IValidationSupport.class)));
    server.setPagingProvider(context.getBean(DatabaseBackedPagingProvider.class));
    server.setServerAddressStrategy(new HardcodedServerAddressStrategy(base));
    return server;
  }

  @Configuration
  @Import({
    HapiJpaConfig.class, JpaBatch2Config.class, Batch2JobsConfig.class,
    ThreadPoolFactoryConfig.class, SubscriptionChannelConfig.class, SubscriptionSubmitterConfig.class
  })
  static class Peer {
    @Bean
    JpaStorageSettings storageSettings() {
      JpaStorageSettings settings = new JpaStorageSettings();
      settings.setReuseCachedSearchResultsForMillis(null);
      settings.setSchedulingDisabled(true);
      settings.setTreatBaseUrlsAsLocal(Set.of(System.getProperty("hapi.peer.base")));
      settings.setAllowExternalReferences(true);
      return settings;
    }

    @Bean
    SubscriptionSettings subscriptionSettings() {
      return new SubscriptionSettings();
    }

    @Bean
    PartitionSettings partitionSettings() {
      return new PartitionSettings();
    }

    @Bean
    DataSource dataSource() {
      return JdbcConnectionPool.create("jdbc:h2:mem:peer;DB_CLOSE_DELAY=-1", "sa", "");
    }

    @Bean
    LocalContainerEntityManagerFactoryBean entityManagerFactory(
        ConfigurableListableBeanFactory beans, FhirContext fhir, JpaStorageSettings settings, DataSource dataSource) {
      LocalContainerEntityManagerFactoryBean factory = HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
      factory.setPersistenceUnitName("peer");
      factory.setDataSource(dataSource);
      Properties properties = new Properties();
      properties.put("hibernate.dialect", HapiFhirH2Dialect.class.getName());
      properties.put("hibernate.hbm2ddl.auto", "create");
      properties.put("hibernate.search.enabled", "false");
      factory.setJpaProperties(properties);
      return factory;
    }

    @Bean
    @Primary
    JpaTransactionManager transactionManager(EntityManagerFactory factory) {
      return new JpaTransactionManager(factory);
    }
  }
}
