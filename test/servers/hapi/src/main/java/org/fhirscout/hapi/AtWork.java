package org.fhirscout.hapi;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EventsHandler;
import org.eclipse.jetty.util.Callback;

/**
 * How long the server has been at work: the milliseconds during which it had at least one request that it had received and not yet
 * answered to the last byte. A client that asks for the figure before and after learns for how much of its time it had to wait.
 */
final class AtWork extends EventsHandler {
  /** Outside the FHIR server, and not counted. */
  static final String PATH = "/at-work";

  private int underWay = 0;
  private long since;
  private long total = 0;

  AtWork(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!Request.getPathInContext(request).equals(PATH)) return super.handle(request, response, callback);
    Content.Sink.write(response, true, String.valueOf(milliseconds()), callback);
    return true;
  }

  @Override
  protected synchronized void onBeforeHandling(Request request) {
    if (underWay++ == 0) since = System.nanoTime();
  }

  @Override
  protected synchronized void onComplete(Request request, int status, HttpFields headers, Throwable failure) {
    if (--underWay == 0) total += System.nanoTime() - since;
  }

  private synchronized double milliseconds() {
    return (total + (underWay == 0 ? 0 : System.nanoTime() - since)) / 1e6;
  }
}
