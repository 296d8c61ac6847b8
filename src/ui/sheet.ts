/** Style sheets of parts that not every visitor sees. */

/** Links a sheet once. @param href as `import sheet from "./x.css?url"` gives it @returns when it is in force, or cannot be had */
export function addSheet(href: string): Promise<void> {
  if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const settled = new Promise<void>((resolve) => {
    link.onload = link.onerror = () => resolve();
  });
  document.head.append(link);
  return settled;
}
