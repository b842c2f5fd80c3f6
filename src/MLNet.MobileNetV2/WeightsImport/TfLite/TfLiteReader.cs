using System.Collections.Frozen;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>
/// Reads a MobileNetV2 of any width, input size and number of classes from a TFLite file: float32, float16, or quantised to uint8 or int8
/// (a tensor or a channel), which is dequantised. The network is found by its operators, whatever their tensors are called.
/// </summary>
internal static class TfLiteReader
{
    /// <summary>Whether a file begins as a TFLite file does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file) => file.Length >= 8 && file.Slice(4, 4).SequenceEqual("TFL3"u8);

    /// <summary>The network.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged or holds another network.</exception>
    public static NetworkContent Read(string source, ReadOnlyMemory<byte> file, WeightsFileOptions options)
    {
        var model = new TfLiteModel(source, file);
        NetworkGraph graph = TfLiteGraph.Read(source, file.Length, model);
        RecognizedNetwork network = NetworkRecognizer.Recognize(graph);
        return RecognizedContent.Of(
            graph, network, FrozenDictionary<string, string>.Empty, options, padding => Preprocessing(model, padding, graph.Side));
    }

    /// <summary>A network with DeepLabv3's reduced head, which takes the whole image, squashed to a square.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged or holds another network.</exception>
    public static SegmentationWeights ReadSegmentation(string source, string name, ReadOnlyMemory<byte> file)
    {
        var model = new TfLiteModel(source, file);
        NetworkGraph graph = TfLiteGraph.Read(source, file.Length, model);
        ImagePreprocessing usual = Preprocessing(model, PaddingFlavor.TensorFlowSame, graph.Side);
        return RecognizedSegmentation.Read(
            graph, name, tensor => model.Tensor(tensor).Range(), usual with { Crop = ImageCrop.Squash, CropFraction = 1 });
    }

    // The quantisation of the image is its normalisation.
    private static ImagePreprocessing Preprocessing(TfLiteModel model, PaddingFlavor padding, int side)
    {
        ImagePreprocessing usual = DefaultPreprocessing.For(padding, side);
        return model.Tensor(model.Input).ImageNormalization() is (float mean, float std)
            ? usual with { Mean = new(mean, mean, mean), Std = new(std, std, std) }
            : usual;
    }
}
