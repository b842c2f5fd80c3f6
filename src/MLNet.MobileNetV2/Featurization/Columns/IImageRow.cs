using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>One row's image, in whatever form its column holds it.</summary>
internal interface IImageRow
{
    /// <summary>Its file; null if it is not named by one.</summary>
    string? Path { get; }

    /// <summary>Turns it into the network's input.</summary>
    /// <exception cref="BadImageException">It cannot be used.</exception>
    void Prepare(ImagePreprocessor preprocessor, Span<float> pixels);
}

/// <summary>A row's image, in a column whose values are of one type.</summary>
internal interface IImageRow<TValue> : IImageRow
{
    TValue Source { get; set; }
}

/// <summary>A row inside a loaded model: its image, and how to prepare it.</summary>
internal interface ISavedRow
{
    ReadOnlyMemory<char> Spec { get; }

    /// <summary>Width and height of the upright image.</summary>
    /// <exception cref="BadImageException">It cannot be used.</exception>
    (int Width, int Height) Size { get; }

    /// <summary>Turns the image into upright pixels.</summary>
    /// <exception cref="BadImageException">It cannot be used.</exception>
    void Prepare(ImagePreprocessor preprocessor, Span<byte> rgba);
}

/// <summary>Some values of a column, by their place.</summary>
internal interface IColumnValues<TValue>
{
    TValue this[int place] { get; }
}
