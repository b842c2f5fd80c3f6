using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Names of the columns inside saved models. The first release's zips hold them: never change them.</summary>
internal static class SavedColumns
{
    public const string Prefix = "__mobilenetv2_";
    public const string Seed = Prefix + "seed";
    public const string Check = Prefix + "check";
    public const string Spec = Prefix + "spec";
    public const string Source = Prefix + "source";
    public const string Image = Prefix + "image";
    public const string PhotoSize = Prefix + "photo_size";
    public const string Missing = Prefix + ModelTensors.Missing;
    public const string Pixels = Prefix + ModelTensors.Pixels;
    public const string Features = Prefix + ModelTensors.Features;
}

/// <summary>Contract names of the custom mappings in saved models. Zips hold them: a change of meaning gets a new version.</summary>
internal static class SavedContracts
{
    public const string Seed = "MLNet.MobileNetV2.Seed.v1";
    public const string Path = "MLNet.MobileNetV2.Path.v1";
    public const string Image = "MLNet.MobileNetV2.Image.v1";
    public const string Encoded = "MLNet.MobileNetV2.Encoded.v1";
}
