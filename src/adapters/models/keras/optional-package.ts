import { CoreError } from '../../../core/errors.ts';

/** Loads a package that an installation may leave out. Throws `package-missing` with its name when it is not there. */
export async function optionalPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new CoreError('package-missing', `reading Keras models needs the package ${name}: install it with \`npm install ${name}\``, {
      cause,
    });
  }
}
