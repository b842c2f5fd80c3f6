using MLNet.MobileNetV2.FineTuning.Options;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2;

public sealed partial record FineTuneOptions
{
    /// <summary>Reads a recipe, as <see cref="Save"/> writes it or as you do: any of these options as JSON.</summary>
    /// <remarks>
    /// The names are those of the properties, in camel case, and so are the values of enumerations: <c>"optimizer": "sgd"</c>. An option
    /// that is not named has its default. <c>augmentation</c> is the name of a preset, or an object with properties of
    /// <see cref="ImageAugmentation"/>. Comments and trailing commas are allowed. <see cref="Checkpoint"/>, <see cref="ThreadCount"/> and
    /// <see cref="ImageMemoryMiB"/> are about the machine and no part of a recipe.
    /// </remarks>
    /// <param name="path">The file, at most 1 MiB of UTF-8.</param>
    /// <returns>Options that are allowed.</returns>
    /// <exception cref="RecipeFormatException">The file is no JSON, or an option has an unknown name or a value not allowed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FineTuneOptions Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new RecipeReader(path).Read();
    }

    /// <summary>
    /// Writes these options as a recipe, which <see cref="Load"/> reads: all of them by value, presets too, so that other defaults of a
    /// later version do not change it.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced once the new one is written.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Validate();
        AtomicFile.Write(path, stream => RecipeSetting.WriteAll(this, stream));
    }
}

/// <summary>A recipe that cannot be used; the message says where, what was found and what is allowed.</summary>
public sealed class RecipeFormatException : Exception
{
    internal RecipeFormatException(string path, string problem, Exception? innerException = null)
        : base($"The recipe '{path}' cannot be used: {problem}", innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
