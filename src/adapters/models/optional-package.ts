import { CoreError } from '../../core/errors.ts';

/** Loads a package that an installation may leave out; `what` needs it. Throws `package-missing` with its name when it cannot be loaded. */
export async function optionalPackage<Module>(what: string, name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new CoreError(
      'package-missing',
      `${what} needs the package ${name}, which cannot be loaded; install it with \`npm install ${name}\``,
      { cause },
    );
  }
}
