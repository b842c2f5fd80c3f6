using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>Paths, bytes and streams, one or many, waited for or not: the same image has the same scores.</summary>
public sealed class PredictorInputTests : IDisposable
{
    private readonly PhotoModel _model = new();
    private readonly MobileNetV2Predictor _predictor;

    public PredictorInputTests() => _predictor = _model.Predictor();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _predictor.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Predict_OfPathBytesAndStream_Agree()
    {
        foreach (string path in PhotoModel.Files)
        {
            byte[] bytes = await File.ReadAllBytesAsync(path, Token);
            IReadOnlyList<ClassScore> expected = _predictor.Predict(path, 3, Token);

            Assert.Equal(3, expected.Count);
            Assert.Equal(expected, _predictor.Predict(bytes, 3, Token));
            Assert.Equal(expected, _predictor.Predict(new MemoryStream(bytes), 3, Token));
            Assert.Equal(expected, _predictor.Predict(new DripStream(bytes, 1000), 3, Token));
            Assert.Equal(expected, await _predictor.PredictAsync(path, 3, Token));
            Assert.Equal(expected, await _predictor.PredictAsync(bytes, 3, Token));
            Assert.Equal(expected, await _predictor.PredictAsync(new MemoryStream(bytes), 3, Token));
            Assert.Equal(expected, await _predictor.PredictAsync(new DripStream(bytes, 1000), 3, Token));
        }
    }

    [Fact]
    public async Task PredictAsync_OfAStream_ReadsFromItsPositionAndLeavesItOpen()
    {
        byte[] bytes = await File.ReadAllBytesAsync(PhotoModel.Files[0], Token);
        using var stream = new MemoryStream([1, 2, 3, .. bytes]) { Position = 3 };

        IReadOnlyList<ClassScore> scores = await _predictor.PredictAsync(stream, cancellationToken: Token);

        Assert.Equal(_predictor.Predict(PhotoModel.Files[0], cancellationToken: Token), scores);
        Assert.Equal(bytes.Length + 3, stream.Position);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public async Task PredictManyAsync_OfPathsAndBytes_KeepsTheirOrder()
    {
        byte[][] bytes = [.. PhotoModel.Files.Select(File.ReadAllBytes)];

        ImagePrediction[] ofPaths = await _predictor.PredictManyAsync(PhotoModel.Files, 6, Token).ToArrayAsync(Token);
        ImagePrediction[] ofBytes = await _predictor.PredictManyAsync(
            bytes.Select(b => new ReadOnlyMemory<byte>(b)), 6, Token).ToArrayAsync(Token);

        Assert.Equal(PhotoModel.Files, ofPaths.Select(prediction => prediction.Path));
        Assert.All(ofBytes, prediction => Assert.Null(prediction.Path));
        Assert.All(ofPaths.Concat(ofBytes), prediction => Assert.Null(prediction.Error));
        Assert.InRange(
            Photos.MaxDifference(_model.Scores, [.. ofPaths.Select(prediction => PhotoModel.InOrder(prediction.Scores))]), 0, 1e-5);
        Assert.InRange(
            Photos.MaxDifference(_model.Scores, [.. ofBytes.Select(prediction => PhotoModel.InOrder(prediction.Scores))]), 0, 1e-5);
    }

    [Fact]
    public async Task PredictManyAsync_WithBadPicturesAmongThem_LosesNoOther()
    {
        string[] paths = [PhotoModel.Files[0], "missing.jpg", PhotoModel.Files[1], null!];
        ReadOnlyMemory<byte>[] encoded = [await File.ReadAllBytesAsync(PhotoModel.Files[0], Token), ReadOnlyMemory<byte>.Empty];

        ImagePrediction[] ofPaths = await _predictor.PredictManyAsync(paths, cancellationToken: Token).ToArrayAsync(Token);
        ImagePrediction[] ofBytes = await _predictor.PredictManyAsync(encoded, cancellationToken: Token).ToArrayAsync(Token);

        Assert.Equal([5, 0, 5, 0], ofPaths.Select(prediction => prediction.Scores.Count));
        Assert.Equal([null, "missing.jpg", null, null], ofPaths.Select(prediction => prediction.Error?.Path));
        Assert.Contains("there is no file", ofPaths[1].Error!.Reason, StringComparison.Ordinal);
        Assert.Contains("no path was given", ofPaths[3].Error!.Reason, StringComparison.Ordinal);
        Assert.Equal([5, 0], ofBytes.Select(prediction => prediction.Scores.Count));
        Assert.Contains("no bytes", ofBytes[1].Error!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PredictManyAsync_OfNothing_GivesNothing() =>
        Assert.Empty(await _predictor.PredictManyAsync(Array.Empty<string>(), cancellationToken: Token).ToArrayAsync(Token));

    [Fact]
    public async Task Predict_OfABadPicture_NamesItAndTheReason()
    {
        using var folder = new TempFolder();
        string path = folder.File("text.jpg");
        await File.WriteAllTextAsync(path, "no image", Token);
        byte[] bytes = await File.ReadAllBytesAsync(path, Token);

        BadImageException ofPath = Assert.Throws<BadImageException>(() => _predictor.Predict(path, cancellationToken: Token));
        Assert.Equal(path, ofPath.Path);
        Assert.Contains("not a JPEG, PNG, WebP, BMP or GIF", ofPath.Reason, StringComparison.Ordinal);
        Assert.Equal(
            path, (await Assert.ThrowsAsync<BadImageException>(() => _predictor.PredictAsync(path, cancellationToken: Token))).Path);
        Assert.Null(Assert.Throws<BadImageException>(() => _predictor.Predict(bytes, cancellationToken: Token)).Path);
        Assert.Equal(ofPath.Reason, (await Assert.ThrowsAsync<BadImageException>(
            () => _predictor.PredictAsync(new MemoryStream(bytes), cancellationToken: Token))).Reason);
        Assert.Contains(
            "no bytes", Assert.Throws<BadImageException>(
                () => _predictor.Predict(Stream.Null, cancellationToken: Token)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_WithImpossibleArguments_NamesThem()
    {
        Assert.Equal(
            "path", Assert.Throws<ArgumentNullException>(() => _predictor.Predict((string)null!, cancellationToken: Token)).ParamName);
        Assert.Equal(
            "stream", Assert.Throws<ArgumentNullException>(() => _predictor.Predict((Stream)null!, cancellationToken: Token)).ParamName);
        Assert.Equal(
            "image", Assert.Throws<ArgumentNullException>(() => _predictor.Predict((MLImage)null!, cancellationToken: Token)).ParamName);
        Assert.Equal(
            "path",
            Assert.Throws<ArgumentNullException>(
                () => { _ = _predictor.PredictAsync((string)null!, cancellationToken: Token); }).ParamName);
        Assert.Equal(
            "stream",
            Assert.Throws<ArgumentNullException>(
                () => { _ = _predictor.PredictAsync((Stream)null!, cancellationToken: Token); }).ParamName);
        Assert.Equal(
            "paths",
            Assert.Throws<ArgumentNullException>(
                () => { _ = _predictor.PredictManyAsync((string[])null!, cancellationToken: Token); }).ParamName);
        Assert.Equal(
            "encoded", Assert.Throws<ArgumentNullException>(
                () => { _ = _predictor.PredictManyAsync((ReadOnlyMemory<byte>[])null!, cancellationToken: Token); }).ParamName);
        Assert.Equal("top", Assert.Throws<ArgumentOutOfRangeException>(() => _predictor.Predict(PhotoModel.Files[0], 0, Token)).ParamName);
        Assert.Equal(
            "top", Assert.Throws<ArgumentOutOfRangeException>(() => { _ = _predictor.PredictAsync(Stream.Null, -1, Token); }).ParamName);
    }
}
