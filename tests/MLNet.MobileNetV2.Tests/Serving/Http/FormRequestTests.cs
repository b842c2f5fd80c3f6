using System.Net;
using System.Text;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

/// <summary>Forms as clients send them, and as none should.</summary>
public sealed class FormRequestTests(TrainedModel model, RunningService service)
{
    private const string Boundary = "xyz";
    private const string FormType = $"multipart/form-data; boundary={Boundary}";
    private const string FileHead = "Content-Disposition: form-data; name=file; filename=image.jpg";

    private static byte[] Picture => File.ReadAllBytes(Repository.SampleFiles(1)[0]);

    [Theory]
    [InlineData(FileHead)]
    [InlineData(FileHead + "\r\nContent-Type: application/octet-stream")]
    [InlineData(FileHead + "\r\nContent-Type: IMAGE/WEBP")]
    [InlineData("Content-Disposition: form-data; name=\"any\"; filename=\"../../etc/passwd\"")]
    [InlineData("Content-Disposition: form-data; filename*=UTF-8''r%C3%B6se.jpg; name=file")]
    public async Task Predict_OfAnyFilePart_Works(string head) =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Form(Part(head, Picture)))).Status);

    [Fact]
    public async Task Predict_OfOtherFieldsBesideTheFile_LeavesThemOut()
    {
        byte[] field = Part("Content-Disposition: form-data; name=comment", [.. "a rose"u8]);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Form(field, Part(FileHead, Picture), field))).Status);
    }

    [Fact]
    public async Task Predict_OfAQuotedBoundary_Works() =>
        Assert.Equal(
            HttpStatusCode.OK, (await SendAsync(Form(Part(FileHead, Picture)), $"multipart/form-data; boundary=\"{Boundary}\"")).Status);

    [Fact]
    public async Task Predict_OfAPartOfAnotherType_IsRefused()
    {
        Answer answer = await SendAsync(Form(Part(FileHead + "\r\nContent-Type: text/html", Picture)));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Contains("'text/html'", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_OfFormsThatCannotBeUsed_SaysWhy()
    {
        byte[] file = Part(FileHead, Picture);
        byte[] field = Part("Content-Disposition: form-data; name=file", Picture);
        string long71 = new('x', 71);

        await CheckBadAsync(Form(field), "The form has no file");
        await CheckBadAsync(Form(), "The form has no file");
        await CheckBadAsync(Form(Part("X-Nothing: 1", Picture)), "The form has no file");
        await CheckBadAsync(Form(file, file), "more than one file");
        await CheckBadAsync(Form(Part(FileHead, [])), "there are no bytes");
        await CheckBadAsync([], "The body cannot be read");
        await CheckBadAsync(Encoding.ASCII.GetBytes("no form at all"), "The body cannot be read");
        await CheckBadAsync(file[..^10], "The body cannot be read");
        await CheckBadAsync(file[..(file.Length / 2)], "The body cannot be read");
        await CheckBadAsync(Form(Part($"{FileHead}\r\nX-Long: {new string('x', 100_000)}", Picture)), "The body cannot be read");
        await CheckBadAsync(
            Form(
                Part(
                    string.Join("\r\n", Enumerable.Range(0, 1000).Select(i => $"X-{i}: 1").Prepend(FileHead)),
                    Picture)), "The body cannot be read");
        await CheckBadAsync(Form(file), "boundary has 0 characters", "multipart/form-data");
        await CheckBadAsync(Form(file), "boundary has 0 characters", "multipart/form-data; boundary=\"\"");
        await CheckBadAsync(Form(file), "boundary has 71 characters", $"multipart/form-data; boundary={long71}");
        await CheckBadAsync(Form(file), "The body cannot be read", "multipart/form-data; boundary=other");
    }

    private static byte[] Part(string head, byte[] content) =>
        [.. Encoding.ASCII.GetBytes($"--{Boundary}\r\n{head}\r\n\r\n"), .. content, .. "\r\n"u8];

    private static byte[] Form(params byte[][] parts) =>
        [.. parts.SelectMany(part => part), .. Encoding.ASCII.GetBytes($"--{Boundary}--\r\n")];

    private async Task<Answer> SendAsync(byte[] form, string type = FormType) =>
        await Answer.OfAsync((await service.ProcessAsync(model)).Client, Answer.Body(form, type));

    private async Task CheckBadAsync(byte[] form, string reason, string type = FormType)
    {
        Answer answer = await SendAsync(form, type);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(reason, answer.Detail, StringComparison.Ordinal);
    }
}
