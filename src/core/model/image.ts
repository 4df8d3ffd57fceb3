/** The image's name without tag and digest: `registry.test/shop/cart`. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** A message without the words that name the image: `stock-502` is no status of a registry, and `timeout-proxy` no timeout. */
export function withoutImage(message: string, image: string): string {
  const [host = '', ...path] = repositoryOf(image).split('/');
  const name = path.length > 0 && /[.:]|^localhost$/.test(host) ? path.join('/') : repositoryOf(image);
  const isName = (word: string) => `/${word.replaceAll(/[:@,]/g, '/')}/`.includes(`/${name}/`);
  return message
    .split(/[\s"']+/)
    .filter((word) => !isName(word))
    .join(' ');
}
