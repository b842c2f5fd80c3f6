using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.LookAhead;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>The in-process row mapping, image to features.</summary>
internal sealed class FeaturizerMapping(FeaturizerRun run)
{
    /// <summary>Featurizes a row's image.</summary>
    public void Map(IPictureRow source, FeaturesRow target)
    {
        run.Options.CancellationToken.ThrowIfCancellationRequested();
        VBuffer<float> features = target.Features;
        VBufferEditor<float> editor = VBufferEditor.Create(ref features, run.Network.OutputLength);
        try
        {
            run.Network.Run(source, static (preprocessor, picture, pixels) => picture.Prepare(preprocessor, pixels), editor.Values);
        }
        catch (BadImageException error) when (run.Options.OnBadImage == BadImageHandling.MissingFeatures)
        {
            run.Miss(editor.Values, source.Path, error);
        }

        target.Features = editor.Commit();
        run.Report();
    }
}
