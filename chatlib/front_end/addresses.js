// Where a page finds a server that runs in the kernel.

const isLoopback = (/** @type {string} */ host) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u.test(host);

/**
 * Where this page finds a server that runs in the kernel: at its own address if both are on one machine, and else, as
 * on Binder, through the Jupyter server (jupyter-server-proxy), which the page came from.
 *
 * @param {string} url
 */
export function addresses(url) {
  const target = new URL(url);
  const config = document.getElementById("jupyter-config-data");
  if (!config || !isLoopback(target.hostname)) return [url];
  /** @type {{ baseUrl: string }} */
  const { baseUrl } = JSON.parse(config.textContent);
  const path = url.endsWith("/") ? target.pathname : target.pathname.replace(/^\/$/u, ""); // for `url + "/echo"`
  const proxied = new URL(`${baseUrl}proxy/${target.port}${path}${target.search}`, document.baseURI);
  proxied.protocol = proxied.protocol.replace("http", "ws");
  return location.protocol === "http:" && isLoopback(location.hostname) ? [url, proxied.href] : [proxied.href];
}
