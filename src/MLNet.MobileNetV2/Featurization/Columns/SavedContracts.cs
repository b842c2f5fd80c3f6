namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Contract names of the custom mappings in saved models. Zips hold them: a change of meaning gets a new version.</summary>
internal static class SavedContracts
{
    public const string Seed = "MLNet.MobileNetV2.Seed.v1";
    public const string Path = "MLNet.MobileNetV2.Path.v1";
    public const string Image = "MLNet.MobileNetV2.Image.v1";
    public const string Encoded = "MLNet.MobileNetV2.Encoded.v1";
}
