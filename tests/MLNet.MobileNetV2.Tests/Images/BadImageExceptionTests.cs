namespace MLNet.MobileNetV2.Tests.Images;

public sealed class BadImageExceptionTests
{
    [Fact]
    public void Message_WithAPath_NamesThePathAndTheReason()
    {
        var cause = new IOException("disk");
        var error = new BadImageException("a/b.jpg", "the file is empty.", cause);
        Assert.Equal("The image 'a/b.jpg' cannot be used: the file is empty.", error.Message);
        Assert.Equal(("a/b.jpg", "the file is empty."), (error.Path, error.Reason));
        Assert.Same(cause, error.InnerException);
    }

    [Fact]
    public void Message_WithoutAPath_HasTheReasonAlone() =>
        Assert.Equal("The image cannot be used: there are no bytes.", new BadImageException(null, "there are no bytes.").Message);
}
