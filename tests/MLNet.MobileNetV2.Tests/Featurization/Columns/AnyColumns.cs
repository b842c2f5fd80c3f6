using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization.Columns;

/// <summary>The columns of some data in their order, those that copies hide, and the featurizer's among them.</summary>
/// <param name="Members">The members of <see cref="AnyRow"/>, of which the columns bear the names.</param>
/// <param name="Input">The image column.</param>
/// <param name="Copies">Columns that others of their name hide before the featurizer comes: a name and the column that is copied.</param>
/// <param name="Output">The features column.</param>
/// <param name="Times">How often the featurizer stands in the pipeline.</param>
public sealed record AnyColumns(
    IReadOnlyList<string> Members, string Input, IReadOnlyList<(string Name, string Copied)> Copies, string Output, int Times)
{
    private const string Fresh = "Features";

    private static readonly string[] s_pictures =
        [nameof(AnyRow.Path), nameof(AnyRow.Encoded), nameof(AnyRow.Image), nameof(AnyRow.Pixels)];

    public static Arbitrary<AnyColumns> Arbitrary() => Arb.From(
        from input in Gen.Elements(s_pictures)
        from others in Gen.SubListOf<string>([.. AnyRow.Others, .. s_pictures])
        from members in Gen.Shuffle((string[])[.. others.Append(input).Append(nameof(AnyRow.Expected)).Distinct()])
        from copies in Gen.Choose(0, 3).SelectMany(count => Copy(members, input).ArrayOf(count))
        from output in Gen.Frequency(
            (2, Gen.Elements((string[])[Fresh, .. copies.Select(copy => copy.Name)])),
            (3, Gen.Elements(members.Where(name => name != nameof(AnyRow.Expected)))),
            (1, Gen.Constant(input)))
        from times in Gen.Frequency((3, Gen.Constant(1)), (output == input ? 0 : 1, Gen.Constant(2)))
        select new AnyColumns(members, input, copies, output, times));

    /// <summary>The pipeline with the featurizer.</summary>
    internal EstimatorChain<ITransformer> Pipeline(MLContext mlContext, MobileNetV2FeaturizerOptions options) => Pipeline(
        mlContext, mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            options.With(its => its.InputColumnName, Input).With(its => its.OutputColumnName, Output)));

    /// <summary>The same pipeline with a copy of the expected features in its place.</summary>
    internal EstimatorChain<ITransformer> Reference(MLContext mlContext) =>
        Pipeline(mlContext, mlContext.Transforms.CopyColumns(Output, nameof(AnyRow.Expected)));

    internal SchemaDefinition Schema()
    {
        SchemaDefinition all = SchemaDefinition.Create(typeof(AnyRow));
        var definition = SchemaDefinition.Create(typeof(AnyRow));
        definition.Clear();
        definition.AddRange(Members.Select(member => all[member]));
        return definition;
    }

    public override string ToString() =>
        $"{string.Join(", ", Members)}; {string.Join(", ", Copies.Select(copy => $"{copy.Name} = {copy.Copied}"))}; "
            + $"{Output} = features({Input}) x {Times}";

    private EstimatorChain<ITransformer> Pipeline<T>(MLContext mlContext, IEstimator<T> last)
        where T : class, ITransformer
    {
        var chain = new EstimatorChain<ITransformer>();
        foreach ((string name, string copied) in Copies)
        {
            chain = chain.Append<ITransformer>(mlContext.Transforms.CopyColumns(name, copied));
        }

        for (int i = 0; i < Times; i++)
        {
            chain = chain.Append((IEstimator<ITransformer>)last);
        }

        return chain;
    }

    // The image and the expected features stay what they are.
    private static Gen<(string Name, string Copied)> Copy(string[] members, string input) =>
        from name in Gen.Elements((string[])[Fresh, .. members.Where(name => name != input && name != nameof(AnyRow.Expected))])
        from copied in Gen.Elements(members.Where(name => name != nameof(AnyRow.Expected)))
        select (name, copied);
}
