namespace MLNet.MobileNetV2.Tests.Architecture;

/// <summary>
/// The rooms of each project from the bottom up, and which of those below each one uses. It is the design: a new arrow is a decision.
/// </summary>
internal static class RoomTable
{
    /// <summary>The name of the files in a project's own folder: the catalog of the library, the entry of the command line.</summary>
    public const string Front = "(front)";

    /// <summary>The library.</summary>
    public const string Library = """
        Machine:
        Numerics:
        Validation:
        OnnxSchema:
        Network: Validation
        Network/Heads: Validation Network
        Images: Machine Validation
        Images/Augmentation: Numerics Images
        Data: Machine Numerics Validation Images
        Weights: Machine Validation Network Network/Heads Images
        WeightsImport: Validation Network Images Weights
        WeightsImport/Graph: Network Weights
        WeightsImport/Recognition: Network Network/Heads Images Weights WeightsImport WeightsImport/Graph
        WeightsImport/Naming: Network Weights WeightsImport WeightsImport/Recognition
        WeightsImport/TfJs: Weights WeightsImport
        WeightsImport/TfLite: Network Images Weights WeightsImport WeightsImport/Graph WeightsImport/Recognition
        WeightsImport/Torch: Weights
        WeightsImport/Onnx: OnnxSchema Network Images Weights WeightsImport WeightsImport/Graph WeightsImport/Recognition
        Pretrained: Machine Validation Network Images Weights WeightsImport WeightsImport/Recognition WeightsImport/Naming
            WeightsImport/TfJs WeightsImport/TfLite WeightsImport/Torch WeightsImport/Onnx
        Onnx: Machine Validation OnnxSchema Network Images Weights
        FeatureCache: Machine Network Images Weights
        Featurization/Options: Validation Network Images Weights Pretrained Onnx FeatureCache
        Featurization/Columns: Network Images Weights Featurization/Options
        Featurization/LookAhead: Images Data Onnx FeatureCache Featurization/Options Featurization/Columns
        Featurization/Saving: Machine Network Images Data Weights Onnx Featurization/Options Featurization/Columns
        Featurization: Network Images Weights Onnx FeatureCache Featurization/Options Featurization/Columns Featurization/LookAhead
            Featurization/Saving
        Classification/Solver: Numerics
        Classification: Numerics Validation Data Classification/Solver
        Classification/Gaussians: Numerics Data Classification
        Classification/Unknown: Numerics Validation Data Onnx Featurization/Saving Classification/Solver Classification
            Classification/Gaussians
        Classification/Export: Network Images Weights Onnx Featurization/Columns Featurization/Saving Classification
            Classification/Unknown
        Evaluation: Numerics Validation Images Data Classification
        FineTuning/Options: Machine Numerics Validation Network Images Pretrained Featurization/Options Classification
        FineTuning/Views: Numerics Images Images/Augmentation
        FineTuning/Gradients: Numerics Validation OnnxSchema Network Images Weights Onnx FineTuning/Options
        FineTuning/Optimization: Numerics OnnxSchema Onnx FineTuning/Options FineTuning/Gradients
        FineTuning/Checkpoints: Machine Network Images Weights FineTuning/Options FineTuning/Gradients FineTuning/Optimization
        FineTuning/Training: Machine Numerics Network Images Data Weights Onnx Featurization/Options Featurization/Columns
            Classification/Solver Classification FineTuning/Options FineTuning/Views FineTuning/Gradients FineTuning/Optimization
            FineTuning/Checkpoints
        FineTuning/Comparison: Machine Numerics Network Images Weights Classification FineTuning/Options FineTuning/Training
        FineTuning/Distillation: Machine Numerics OnnxSchema Network Images Weights Onnx FeatureCache FineTuning/Options
            FineTuning/Views FineTuning/Gradients FineTuning/Optimization FineTuning/Checkpoints FineTuning/Training
        FineTuning: Data Weights Pretrained Featurization/Options Featurization Classification FineTuning/Options
            FineTuning/Checkpoints FineTuning/Training FineTuning/Comparison FineTuning/Distillation
        Serving: Machine Validation Images Weights WeightsImport/Onnx Pretrained Onnx Classification Classification/Export
            Evaluation
        Segmentation/Options: Validation Pretrained Onnx Featurization/Options
        Segmentation/Maps: Machine Validation OnnxSchema Network Network/Heads Images Weights Onnx
        Segmentation/Saving: Images Weights Pretrained Featurization/Options Featurization/Columns Featurization/Saving
            Segmentation/Options Segmentation/Maps
        Segmentation: Validation Images Weights Pretrained Onnx Featurization/Columns Featurization/Saving Serving
            Segmentation/Options Segmentation/Maps Segmentation/Saving
        (front): Machine Data Pretrained Featurization/Options Featurization Classification Classification/Unknown
            Classification/Export Evaluation FineTuning/Options FineTuning Segmentation/Options Segmentation
        FolderTraining: Machine Numerics Validation Network Images Data Weights Pretrained FeatureCache Featurization/Options
            Featurization/Saving Featurization Classification/Solver Classification Classification/Gaussians Classification/Unknown
            Evaluation FineTuning/Options FineTuning Serving (front)
        FolderChecks: Machine Numerics Validation Images Data Pretrained FeatureCache Featurization/Options Classification
            Evaluation FolderTraining
        Reporting: Machine Numerics Validation Images FeatureCache Featurization/Options Evaluation FineTuning/Options Serving
            FolderChecks
        """;

    /// <summary>The command line.</summary>
    public const string CommandLine = """
        Failures:
        Hosting:
        Output: Failures
        Inputs: Failures Output
        Featurizing: Failures Output Inputs
        Labelling: Failures Output Inputs
        Symbols: Failures Output Featurizing Labelling
        Commands: Failures Output Inputs Featurizing Labelling Symbols
        (front): Failures Output Symbols Commands
        """;

    /// <summary>The detection package.</summary>
    public const string Detection = """
        Boxes:
        Anchors: Boxes
        Datasets: Boxes
        Checks: Boxes Datasets
        Drawing: Boxes
        Evaluation: Boxes
        Weights: Anchors
        Inference: Boxes Anchors Weights
        Pipeline: Boxes Anchors Weights Inference
        Training/Options: Pipeline
        Training/Rows: Boxes Datasets Pipeline Training/Options
        Training/Gradients: Boxes Anchors Weights Training/Options
        Training/Views: Boxes Training/Options Training/Gradients
        Training: Boxes Anchors Datasets Checks Evaluation Weights Inference Pipeline Training/Options Training/Rows
            Training/Gradients Training/Views
        (front): Datasets Pipeline Training/Options Training
        """;

    /// <summary>
    /// Reads a table: a room a line, then a colon and the rooms that it uses; a line that is further in goes on with them.
    /// </summary>
    public static IReadOnlyList<(string Room, string[] Uses)> Read(string table) =>
    [
        .. table.Replace("\n    ", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Select(parts => (parts[0], parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))),
    ];
}
